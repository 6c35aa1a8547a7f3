#!/usr/bin/env python3
"""Kills sessions at random instants, and checks that what was written down is what happened.

    python3 Tests/Endurance/kill.py                          200 rounds
    python3 Tests/Endurance/kill.py --rounds 20 --seed 7     fewer, at other instants

Each round plays at full speed against a model that misbehaves and costs money, and is killed with SIGKILL: at any
instant of its first seconds, or while it closes what it had opened. Afterwards its journal must open (sessions,
report), every line but perhaps the last must be JSON, and the money in it must be at least what the server answered
until a second before, and never more than what it answered at all. Between the two stands a relay of ours that reads
what every answer says it used. Needs Python 3.10 or newer and a build; exit code 1: a round failed.
"""
import argparse
import json
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAULTS = "429=0.1,hang=0.05,reset=0.05,500=0.1"
PRICE_IN, PRICE_OUT = 0.75, 3.75  # dollars per million tokens
EPSILON = 1e-6


class Relay:
    """Passes connections on, and notes when an answer was whole and what it cost."""

    def __init__(self, port):
        self.upstream = port
        self.round = 0
        self.asked = set()  # rounds that asked something
        self.answers = []  # (round, when the last of it came, dollars, whether it was whole)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.relay, args=(client, self.round), daemon=True).start()

    def relay(self, client, number):
        """One request: the program closes each connection after its answer."""
        self.asked.add(number)
        answer, last = bytearray(), time.monotonic()
        with client, socket.create_connection(("127.0.0.1", self.upstream)) as server:
            threading.Thread(target=self.pump, args=(client, server), daemon=True).start()
            try:
                while piece := server.recv(65536):
                    client.sendall(piece)
                    answer += piece
                    last = time.monotonic()
                # Closing alone would not: the other thread still reads.
                client.shutdown(socket.SHUT_RDWR)
            except OSError:
                # A reset of the model's is one for the program, too.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        dollars, is_whole = price(bytes(answer))
        if dollars:
            self.answers.append((number, last, dollars, is_whole))

    @staticmethod
    def pump(client, server):
        try:
            while piece := client.recv(65536):
                server.sendall(piece)
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            try:
                server.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def price(answer):
    """What an answer costs in dollars, by the last usage it tells, and whether it is whole; 0 for a refusal."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        return 0, False
    is_whole = b"chunked" not in head.lower() or body.endswith(b"0\r\n\r\n")
    # Each piece of a stream tells what was used so far.
    usage = body.rpartition(b'"usageMetadata"')[2]

    def tokens(name):
        found = re.search(rb'"%s"\s*:\s*(\d+)' % name, usage)
        return int(found[1]) if found else 0

    out = tokens(b"candidatesTokenCount") + tokens(b"thoughtsTokenCount")
    return (tokens(b"promptTokenCount") * PRICE_IN + out * PRICE_OUT) / 1e6, is_whole


def serve(program, seed):
    """The misbehaving model and its port."""
    server = subprocess.Popen(
        [program, "serve", "--model-fault", FAULTS, "--seed", str(seed)], stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            # What it prints from now on is of no interest, and must not fill the pipe.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return server, int(found[1])
    raise SystemExit("the embedded model did not start")


def play(program, relay, folder, chance, number):
    """One session and its end: how long it lived, when it was killed, whether it was closing."""
    relay.round = number
    command = [program, "--headless", "--no-wait", "--voice", "off", "--speed", "max", "--seed", str(number + 1),
               "--mode", chance.choice(["sequential", "parallel"]), "--endpoint", relay.url, "--api", "gemini",
               "--model", "singularis-embedded-1", "--price", f"{PRICE_IN}/{PRICE_OUT}", "--frame-rate", "5"]
    for perspective in ["tactical", "spatial", "narrative", "strategic"]:
        command += ["--perspective", perspective]
    # Most of them while it plays, some while it starts or closes.
    kind = chance.choices(["starts", "plays", "closes"], [1, 6, 2])[0]
    started = time.monotonic()
    with open(folder / "errors", "w") as errors:
        session = subprocess.Popen(command, env={**os.environ, "XDG_STATE_HOME": str(folder)},
                                   stdout=subprocess.DEVNULL, stderr=errors)
    try:
        time.sleep(chance.uniform(0, 0.6) if kind == "starts" else chance.uniform(0.6, 4))
        if kind == "closes":
            session.send_signal(signal.SIGTERM)
            time.sleep(chance.uniform(0, 0.05))
    finally:
        # Also when this script is ended meanwhile.
        session.kill()
        killed = time.monotonic()
        code = session.wait()
    return kind, code, killed - started, killed


def told(program, folder, *arguments):
    done = subprocess.run([program, *arguments], env={**os.environ, "XDG_STATE_HOME": str(folder)},
                          capture_output=True, text=True, timeout=60)
    if done.returncode:
        raise ValueError(f"{arguments[0]} ended with {done.returncode}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def check(program, folder, relay, number, kind, code, killed):
    """What is wrong with what a session left behind, and what is worth a figure."""
    figures = {"spend": 0.0, "lines": 0, "state": "no journal yet", "lag": 0.0}
    # The journal is opened before anything else: whoever has asked something has one.
    has_begun = number in relay.asked
    said = (folder / "errors").read_text()
    if "not written down" in said:
        return [said.strip()], figures
    files = sorted((folder / "singularis/sessions").glob("*.jsonl"))
    # Who closes may have come to a clean end before the kill.
    if code != -signal.SIGKILL and (kind, code) != ("closes", 0):
        return [f"ended with {code}"], figures
    if not files:
        return (["there is no journal"] if has_begun else []), figures
    text = files[0].read_bytes()
    if not text:
        figures["state"] = "no header yet"
        return (["the journal is empty"] if has_begun else []), figures
    wrong = []
    lines = text.split(b"\n")
    for place, line in enumerate(lines[:-1]):
        try:
            json.loads(line)
        except ValueError:
            wrong.append(f"line {place + 1} of {len(lines)} is no JSON")
    figures["lines"] = len(lines) - 1
    try:
        sessions = told(program, folder, "sessions", "--json")["sessions"]
        report = told(program, folder, "report", "--last", "--format", "json")
    except (ValueError, KeyError, subprocess.TimeoutExpired) as error:
        return wrong + [f"the journal cannot be read: {error}"], figures
    figures["state"] = sessions[0]["state"]
    allowed = ["killed", "ended"] if kind == "closes" else ["killed"]
    if len(sessions) != 1 or sessions[0]["state"] not in allowed:
        wrong.append(f"it is listed as {[session['state'] for session in sessions]}")
    if report["recording"]["damaged_lines"]:
        wrong.append(f"{report['recording']['damaged_lines']} lines are damaged")
    if report["outcome"]["reason"] == "killed" and report["still_open"] is None:
        wrong.append("the report does not tell what was open")
    account = report["account"]
    spend, unreported = account["spend_dollars"] or 0, account["unreported_dollars"] or 0
    figures["spend"] = spend
    mine = [answer[1:] for answer in list(relay.answers) if answer[0] == number]
    # The newest that are missing, by how long before the kill the last of them was whole.
    missing = sum(dollars for when, dollars, is_whole in mine if is_whole and when <= killed) - spend - unreported
    for when, dollars, is_whole in sorted(mine, reverse=True):
        if missing > EPSILON and is_whole and when <= killed:
            missing, figures["lag"] = missing - dollars, killed - when
    if figures["lag"] > 1:
        wrong.append(f"the journal tells ${spend:.6f} + ${unreported:.6f}; of what was answered "
                     f"{figures['lag']:.2f} s before the kill something is missing")
    # What an answer that was broken off had told of its cost counts.
    if spend > (most := sum(dollars for _, dollars, _ in mine)) + EPSILON:
        wrong.append(f"the journal tells ${spend:.6f}, the server answered for ${most:.6f} at the most")
    return wrong, figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--program", default=str(ROOT / ".build/release/singularis"))
    options = parser.parse_args()

    # Whoever ends this script ends the server and the session with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chance = random.Random(options.seed)
    server, port = serve(options.program, options.seed)
    relay = Relay(port)
    passed = failed = lines = 0
    states, spend, lag = {}, 0.0, 0.0
    try:
        for number in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                folder = pathlib.Path(folder)
                kind, code, lived, killed = play(options.program, relay, folder, chance, number)
                # What was answered before the kill has been counted by then: it is a matter of one thread's turn.
                time.sleep(0.05)
                wrong, figures = check(options.program, folder, relay, number, kind, code, killed)
            passed, failed = passed + (not wrong), failed + bool(wrong)
            name = f"{kind}: {figures['state']}"
            states[name] = states.get(name, 0) + 1
            lines, spend = lines + figures["lines"], spend + figures["spend"]
            lag = max(lag, figures["lag"])
            for line in wrong:
                print(f"WRONG round {number}, killed after {lived:.3f} s while it {kind}: {line}", flush=True)
    finally:
        server.terminate()
        server.wait()
    answered = sum(answer[2] for answer in relay.answers if answer[3])
    print("; ".join(f"{count} {name}" for name, count in sorted(states.items())))
    whole = sum(answer[3] for answer in relay.answers)
    print(f"{lines} lines; {whole} whole answers for ${answered:.4f}, ${spend:.4f} in journals; the oldest answer that "
          f"is missing in one had come {lag:.3f} s before the kill")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not relay.answers else 0)


if __name__ == "__main__":
    main()
