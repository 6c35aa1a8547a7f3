#!/usr/bin/env python3
"""How well singularis plays a real game in real time, judged by the game's own engine: Freedoom in ViZDoom, in an
ordinary window on a display of singularis' own. The agent sees the window and presses keys; the engine says what came
of it.

    Tests/Games/judge.py                                   E1M1 to E1M5, 180 s each, then random keys: half an hour
    Tests/Games/judge.py --maps E1M1,E1M3 --players agent,model --seconds 60

agent: singularis without a model. model: with one whose readings are right. random: random keys.

Squares are 128 x 128 map units that the player has been in. Readings are those on the metrics page, ten times a second,
right when the engine had that value within 0.3 s. Random keys are evenly drawn from the actions of
`assets/games/doom.json` that are played in the world, each held as long as that says, by xdotool. A level that ends, by
death or by its exit, begins again at once: the engine does that here. Needs a release build, Xvfb, xdotool, ffmpeg.
Exit code 1: a goal was missed.
"""
import argparse
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from freedoom import ROOT, Table, enemies, inside_venv, new_game, square, truth

PROGRAM = ROOT / ".build" / "release" / "singularis"
VITALS = ("health", "armour", "ammunition")
SLACK = 0.3  # seconds


def witness(level, seed, out):
    """The game, played by key events, writing what is true ten times a second."""
    game = new_game(level, seed, window=True)
    due, episode = 0.0, 0
    with open(out, "w", buffering=1) as file:
        while True:
            if game.is_episode_finished():
                died = game.is_player_dead()
                file.write(json.dumps({"t": time.time(), "ended": "death" if died else "exit"}) + "\n")
                game.new_episode()
                episode += 1
            state = game.get_state()
            if state is not None and time.time() >= due:
                due = time.time() + 0.1
                facts = {"t": time.time(), "episode": episode, **truth(state), "enemies": enemies(state)}
                file.write(json.dumps(facts) + "\n")
            game.advance_action()


def wait_for(what, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        if value := what():
            return value
        time.sleep(0.1)
    sys.exit("what was waited for did not come")


def lines(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


class RightModel(http.server.BaseHTTPRequestHandler):
    """A model whose readings are right: it answers with what the engine says then, as an OpenAI server does."""
    protocol_version = "HTTP/1.1"
    truth = None

    def do_GET(self):
        self.answer("application/json", json.dumps({"data": [{"id": "right", "object": "model"}]}))

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        usage = {"prompt_tokens": 600, "completion_tokens": 60, "total_tokens": 660}
        if asked.get("stream"):
            choice = {"index": 0, "delta": {"content": "Freedoom."}, "finish_reason": "stop"}
            piece = {"choices": [choice], "usage": usage}
            return self.answer("text/event-stream", f"data: {json.dumps(piece)}\n\ndata: [DONE]\n\n")
        now = next((fact for fact in reversed(lines(self.truth)) if "enemies" in fact), {"enemies": [], "health": 100})
        near, isWeak = now["enemies"][:1], now["health"] <= 25
        text = json.dumps({
            "scene": "combat" if near else "dungeon", "health": min(100, now["health"]), "enemies": len(now["enemies"]),
            "enemyBearing": near[0] if near else None, "confidence": 1, "reason": "the engine says so",
            "intent": "explore" if not near else "retreat" if isWeak else "engageEnemy"})
        message = {"role": "assistant", "content": text}
        self.answer("application/json", json.dumps(
            {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": usage}))

    def answer(self, kind, text):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def agent(folder, command, out, seconds, model):
    """Readings of the agent, each with its time."""
    profile = json.loads((ROOT / "assets" / "games" / "doom.json").read_text())
    profile |= {"title": "Freedoom in ViZDoom", "files": [], "patience": 60, "window": {"name": "ViZDoom"},
                "launch": [{"command": command}]}
    (folder / "vizdoom.json").write_text(json.dumps(profile))
    for beside in (ROOT / "assets" / "games").glob("doom-*"):
        shutil.copy(beside, folder)
    endpoint = ["--endpoint", "none"]
    if model:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Right", (RightModel,), {"truth": out}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = ["--endpoint", f"http://127.0.0.1:{server.server_port}/v1", "--model", "right"]
    log = open(folder / "agent.log", "w")
    process = subprocess.Popen(
        [PROGRAM, "--headless", *endpoint, "--voice", "off", "--fresh", "--journal", "off", "--game", "desktop",
         "--profile", folder / "vizdoom.json", "--metrics", "127.0.0.1:9477", "--duration", f"{seconds + 3}s"],
        stdout=log, stderr=log)
    readings = []
    try:
        wait_for(lambda: process.poll() is not None or lines(out))
        end = time.time() + seconds
        while process.poll() is None and time.time() < end:
            try:
                page = urllib.request.urlopen("http://127.0.0.1:9477/metrics", timeout=1).read().decode()
            except OSError:
                time.sleep(0.05)
                continue
            found = dict(re.findall(r'^singularis_player_vital\{vital="(\w+)"\} (\S+)', page, re.M))
            readings.append((time.time(), {name: float(value) for name, value in found.items()}))
            time.sleep(0.08)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)
    return readings


def random_keys(folder, command, out, seconds, seed):
    read, write = os.pipe()
    display = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
                               pass_fds=[write], stderr=subprocess.DEVNULL)
    name = ":" + os.read(read, 16).decode().strip()
    game = subprocess.Popen(command, env=os.environ | {"DISPLAY": name}, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: lines(out))
        table, end = Table(seed), time.time() + seconds
        there = os.environ | {"DISPLAY": name}
        with subprocess.Popen(["xdotool", "-"], env=there, stdin=subprocess.PIPE, text=True) as keys:
            def press(what, names):
                keys.stdin.writelines(f"{what} {name}\n" for name in names)
                keys.stdin.flush()
            while time.time() < end:
                pressed, hold, settle = table.draw()
                press("keydown", pressed)
                time.sleep(hold)
                press("keyup", pressed)
                time.sleep(settle)
            keys.stdin.close()
    finally:
        for process in (game, display):
            process.kill()
            process.wait()
    return []


def judged(facts, readings):
    """What came of it, in the engine's own figures."""
    states = [fact for fact in facts if "x" in fact]
    kills = sum(max(state["kills"] for state in states if state["episode"] == episode)
                for episode in {state["episode"] for state in states})
    asked = given = right = 0
    for at, seen in readings:
        near = [state for state in states if abs(state["t"] - at) <= SLACK]
        if not near:
            continue
        for vital in VITALS:
            asked += 1
            if vital in seen:
                given += 1
                right += any(state[vital] == seen[vital] for state in near)
    return {"squares": len({square(state) for state in states}), "kills": kills,
            "deaths": sum(fact.get("ended") == "death" for fact in facts),
            "exits": sum(fact.get("ended") == "exit" for fact in facts),
            "asked": asked, "given": given, "right": right,
            "alive": sum(not state["dead"] for state in states) / max(1, len(states))}


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--maps", default="E1M1,E1M2,E1M3,E1M4,E1M5")
    ask.add_argument("--seconds", type=float, default=180)
    ask.add_argument("--players", default="agent,random")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--witness", help=argparse.SUPPRESS)
    given = ask.parse_args()
    inside_venv()
    if given.witness:
        return witness(given.maps, given.seed, given.witness)
    results = {}
    for player in given.players.split(","):
        for level in given.maps.split(","):
            with tempfile.TemporaryDirectory() as name:
                folder = pathlib.Path(name)
                out = folder / "truth.jsonl"
                command = [sys.executable, str(pathlib.Path(__file__).resolve()), "--maps", level,
                           "--seed", str(given.seed), "--witness", str(out)]
                readings = (random_keys(folder, command, out, given.seconds, given.seed) if player == "random"
                            else agent(folder, command, out, given.seconds, model=player == "model"))
                facts = lines(out)
                if not facts:
                    sys.exit((folder / "agent.log").read_text())
                result = judged(facts, readings)
                if os.environ.get("JUDGE_KEEP"):
                    os.system(f"cp -r {folder} {os.environ['JUDGE_KEEP']}/{player}-{level}")
            results.setdefault(player, []).append(result)
            told = "{squares:3} squares, {kills:2.0f} kills, {deaths} deaths, {exits} exits"
            if readings:
                told += ", readings {right} right of {given} given of {asked}"
            print(f"{player:7} {level}: " + told.format(**result), flush=True)
    missed = 0

    def tell(what, value, goal):
        nonlocal missed
        missed += value < goal
        print(f"{what:50}{value:8.3f}   goal {goal:g}" + ("" if value >= goal else "   MISSED"))

    def mean(player, what):
        return sum(result[what] for result in results[player]) / len(results[player])

    if "model" in results:
        print(f"{'kills with a model whose readings are right':50}{mean('model', 'kills'):8.3f}")
    if "agent" in results:
        tell("readings right, of those given", mean("agent", "right") / max(1, mean("agent", "given")), 0.99)
        tell("readings given", mean("agent", "given") / max(1, mean("agent", "asked")), 0.95)
        tell("share of the time alive", mean("agent", "alive"), 0.8)
        tell("kills", mean("agent", "kills"), 1)
    if "random" in results:
        print(f"{'kills of random keys':50}{mean('random', 'kills'):8.3f}")
        if "agent" in results:
            tell("squares, agent over random keys", mean("agent", "squares") / mean("random", "squares"), 3)
    sys.exit(1 if missed else 0)


main()
