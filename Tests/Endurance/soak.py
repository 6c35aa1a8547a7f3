#!/usr/bin/env python3
"""Plays at full speed, with faults and a journal, until a million decisions, and checks that nothing grows.

    python3 Tests/Endurance/soak.py                                      1,000,000 decisions and 20,000 requests
    python3 Tests/Endurance/soak.py --decisions 20000 --requests 300     shorter

The kernel's books are read every few seconds: memory at the end may be at most 5 MB over that after the first tenth,
threads no more than then, no children, sockets at most the pool's limit for one host, 5, and two that close and open
while they are counted. The journal must keep within 50 MB an hour and 130 bytes for each request, be readable, and tell
the same counts as the report; the report must say that all was closed. A session that has not done its work after
--minutes, or not ended a minute after it was told to, has failed, and is killed with this script. The model is a server
in here that answers at once, where the embedded one takes the time of a model that thinks, and fails in all its ways.
Needs a release build (swift build -c release --static-swift-stdlib) and Python 3.10 or newer. Exit code 1: a check
failed.
"""
import argparse
import asyncio
import json
import logging
import os
import pathlib
import random
import signal
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Shares of requests. Seldom enough that the agent, which asks less when requests fail, asks 20,000 times in minutes.
FAULTS = {"429": 0.002, "hang": 0.001, "reset": 0.01, "truncate": 0.01, "garbage": 0.005, "slow": 0.005, "500": 0.01}
PERSPECTIVES = ["tactical", "spatial", "narrative", "strategic", "comprehensive"]
MEGABYTE = 1_000_000
GROWTH = 5 * MEGABYTE
JOURNAL_AN_HOUR = 50 * MEGABYTE
# What a request cost has a line of its own, which is never left out: here there are twenty times as many as usual.
JOURNAL_A_REQUEST = 130
LIMIT_PER_HOST = 5
# The list of a process's files is not read at one instant: a socket that closes and its successor may both count.
COUNTED_TWICE = 2


def piece(text, end=None):
    """A piece of an answer, as JSON."""
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    if end:
        candidate["finishReason"] = end
    return json.dumps({"candidates": [candidate], "modelVersion": "soak",
                       "usageMetadata": {"promptTokenCount": 600, "candidatesTokenCount": 20}})


PLAN = json.dumps({"scene": "wilderness", "intent": "explore", "reason": "there is more to see", "confidence": 0.8})
STREAM = "".join(f"data: {piece(text, end)}\r\n\r\n" for text, end in
                 [("A road ", None), ("leads through ", None), ("the wilderness.", "STOP")])


async def answer(reader, writer, dice):
    """One connection, which carries one request."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next((int(line.split(":")[1]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
        await reader.readexactly(length)
        fault = dice.choices([*FAULTS, None], [*FAULTS.values(), 1 - sum(FAULTS.values())])[0]
        is_stream = "streamgeneratecontent" in head.split("\r\n")[0]
        body = STREAM if is_stream else piece(PLAN, "STOP")
        kind = "text/event-stream" if is_stream else "application/json"
        status = {"429": "429 Too Many Requests", "500": "500 Internal Server Error"}.get(fault, "200 OK")
        if fault in ("429", "500"):
            error = {"code": int(fault), "message": "Please retry in 1s."}
            kind, body = "application/json", json.dumps({"error": error})
        elif fault == "garbage":
            body = body.replace("{", "<")
        text = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        if fault == "hang":
            await reader.read()
        elif fault == "reset":
            writer.write(text[:-40])
            await writer.drain()
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif fault == "truncate":
            writer.write(text[:-40])
        elif fault == "slow":
            for start in range(0, len(text), 50):
                writer.write(text[start:start + 50])
                await asyncio.sleep(0.1)
        else:
            writer.write(text)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass  # the agent let go of it
    finally:
        writer.close()


def serve():
    """Starts the model; gives its address."""
    loop, dice, ready = asyncio.new_event_loop(), random.Random(5), threading.Event()
    address = []

    async def run():
        server = await asyncio.start_server(lambda reader, writer: answer(reader, writer, dice), "127.0.0.1", 0)
        address.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    # A peer that let go is part of it.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True).start()
    ready.wait()
    return f"http://127.0.0.1:{address[0]}"


def holdings(pid):
    """What a process holds, from the kernel: memory in bytes, sockets, threads, children."""
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    sockets = 0
    for entry in os.listdir(f"/proc/{pid}/fd"):
        try:
            sockets += os.readlink(f"/proc/{pid}/fd/{entry}").startswith("socket:")
        except OSError:
            pass  # closed in between
    children = sum(len(pathlib.Path(f"/proc/{pid}/task/{task}/children").read_text().split())
                   for task in os.listdir(f"/proc/{pid}/task"))
    return {"memory": int(status["VmRSS"].split()[0]) * 1024, "sockets": sockets, "threads": int(status["Threads"]),
            "children": children}


def told(program, journal, environment):
    """The report of a journal."""
    run = subprocess.run([program, "report", "--format", "json", str(journal)], capture_output=True, env=environment)
    if run.returncode:
        raise SystemExit(f"the journal cannot be read: {run.stderr.decode()}")
    return json.loads(run.stdout)


def requests(report):
    return sum(kind["sent"] for kind in report["account"]["requests"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--decisions", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--minutes", type=float, default=40, help="give up after this time (default: 40)")
    parser.add_argument("--every", type=float, default=10, help="seconds between two looks (default: 10)")
    parser.add_argument("--program", default=str(ROOT / ".build/release/singularis"))
    options = parser.parse_args()

    # Whoever ends this script ends the session with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        environment = {**os.environ, "XDG_STATE_HOME": str(folder)}
        journal, final = folder / "soak.jsonl", folder / "report.json"
        command = [options.program, "--headless", "--voice", "off", "--speed", "max", "--seed", "5", "--frame-rate",
                   "10", "--total-timeout", "5s", "--limit-per-host", str(LIMIT_PER_HOST), "--endpoint", serve(),
                   "--api", "gemini", "--model", "soak", "--price", "0.75/3.75", "--journal", str(journal),
                   "--report", str(final)]
        command += [word for name in PERSPECTIVES for word in ("--perspective", name)]
        session = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        started, looks = time.monotonic(), []
        print(f"{'seconds':>8} {'decisions':>10} {'requests':>9} {'MB':>7} {'sockets':>8} {'threads':>8} "
              f"{'children':>9} {'journal MB':>11}", flush=True)
        try:
            while True:
                time.sleep(options.every)
                if session.poll() is not None:
                    raise SystemExit(f"the session ended by itself: {session.stderr.read().decode()}")
                seconds = time.monotonic() - started
                held, report = holdings(session.pid), told(options.program, journal, environment)
                done = {"decisions": report["totals"]["cycles"], "requests": requests(report)}
                share = min(done["decisions"] / options.decisions, done["requests"] / options.requests)
                looks.append({**held, **done, "share": share, "seconds": seconds})
                print(f"{seconds:8.0f} {done['decisions']:10} {done['requests']:9} {held['memory'] / MEGABYTE:7.1f} "
                      f"{held['sockets']:8} {held['threads']:8} {held['children']:9} "
                      f"{journal.stat().st_size / MEGABYTE:11.2f}", flush=True)
                if share >= 1 or seconds > options.minutes * 60:
                    break
        finally:
            session.send_signal(signal.SIGTERM)
            try:
                # What it says is little, and is not to fill the pipe.
                session.communicate(timeout=60)
            except BaseException as error:
                session.kill()
                session.wait()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise SystemExit("the session did not end within a minute of SIGTERM") from None
                raise
        seconds = time.monotonic() - started
        report, recorded = json.loads(final.read_text()), told(options.program, journal, environment)
        size = journal.stat().st_size

    first = next(number for number, look in enumerate(looks) if look["share"] >= 0.1 or look is looks[-1])
    settled, last = looks[first], looks[-1]
    # A keyframe of the journal takes 2 MB for a moment: of five looks the middle one is what it stays at.
    before, after = (statistics.median(look["memory"] for look in part)
                     for part in (looks[first:first + 5], looks[-5:]))
    grown = after - before
    bound = JOURNAL_AN_HOUR * max(seconds, 60) / 3600 + JOURNAL_A_REQUEST * requests(report)
    sockets = report["connections"]
    same = [(name, report["totals"][name], recorded["totals"][name]) for name in ("cycles", "actions", "perceptions")]
    same.append(("requests", requests(report), requests(recorded)))
    failed = sum(kind["failed"] for kind in report["account"]["requests"])
    checks = [
        ("decisions and requests are as many as asked for", last["share"] >= 1,
         f"{last['decisions']} and {last['requests']} ({failed} failed) in {seconds:.0f} s"),
        ("memory does not grow by more than 5 MB after the first tenth", grown <= GROWTH,
         f"{grown / MEGABYTE:+.1f} MB, from {before / MEGABYTE:.1f} at {settled['seconds']:.0f} s"),
        ("sockets stay within the pool's limit",
         max(look["sockets"] for look in looks) <= LIMIT_PER_HOST + COUNTED_TWICE,
         f"{max(look['sockets'] for look in looks)} at the most"),
        ("threads are as many as after the first tenth", last["threads"] <= settled["threads"],
         f"{settled['threads']}, {last['threads']}"),
        ("there are no children", all(look["children"] == 0 for look in looks), ""),
        ("the journal keeps within its bound", size <= bound, f"{size / MEGABYTE:.1f} of {bound / MEGABYTE:.1f} MB"),
        ("the journal is whole", recorded["recording"]["damaged_lines"] == 0
         and recorded["recording"]["state"] == "ended", str(recorded["recording"]["damaged_lines"])),
        ("no event was lost to the journal", recorded["recording"]["dropped_events"] == 0,
         str(recorded["recording"]["dropped_events"])),
        ("journal and report tell the same", all(a == b for _, a, b in same), str(same)),
        ("all was closed", sockets["opened"] == sockets["closed"] and report["audit"]["is_clean"]
         and session.returncode == 0, f"sockets {sockets['opened']}, {sockets['closed']}, exit {session.returncode}"),
    ]
    for name, is_fine, figures in checks:
        print("ok    " if is_fine else "FAILED", name + (f": {figures}" if figures else ""))
    bad = sum(not is_fine for _, is_fine, _ in checks)
    print(f"{len(checks) - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
