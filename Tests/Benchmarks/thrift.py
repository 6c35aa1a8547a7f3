#!/usr/bin/env python3
"""What the agent itself costs on the machine that also runs the game, measured from outside on release builds.

    python3 Tests/Benchmarks/thrift.py                                      .build/release/singularis
    python3 Tests/Benchmarks/thrift.py before/singularis after/singularis   two in turns: both meet the same noise
    python3 Tests/Benchmarks/thrift.py --game doom                          beside a real game, in place of all that

The embedded world at 1x in a pseudo-terminal of 120 x 36 with its live picture, in parallel mode, with the embedded
model: CPU and wake-ups of the whole process, bytes sent for a frame, and the time to the first full paint. Then
decisions a second without a terminal and without a model, sequentially, as fast as they go. A real game is played
without a terminal and without a model, on a display of its own, at the size and the rate of its profile (doom: 640x480
at 50 pictures a second). Medians of all rounds. Needs Python 3.10 or newer and, beside each program, its assets. Exit
code 1: the last program missed a goal.
"""
import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What is measured, its unit, the goal, and whether less is better.
FIGURES = {
    "CPU of the whole process at 1x": ("% of a core", 3.5, True),
    "wake-ups, all threads": ("a second", 200, True),
    "bytes sent for one frame": ("kB", 10, True),
    "start to first full paint": ("ms", 40, True),
    "decisions at full speed": ("a second", 4000, False),
    "CPU for one decision": ("us", None, True),
}
CPU, WAKES, BYTES, PAINT, DECISIONS, COST = FIGURES
# The same beside a real game.
OF_A_GAME = {
    "CPU of the agent": ("% of a core", None, True),
    "CPU of the capture": ("% of a core", None, True),
    "CPU of the display": ("% of a core", None, True),
    "CPU of the game": ("% of a core", None, True),
}
AGENT, CAPTURE, DISPLAY, GAME = OF_A_GAME


# What a session keeps for the next one is not the measuring person's; it goes with this process.
STATE = tempfile.TemporaryDirectory(prefix="singularis-thrift-")


class Terminal:
    """A program in a pseudo-terminal of its own; ended by a signal, read to its end and reaped however that goes."""

    def __init__(self, *command: str):
        self.began = time.monotonic()
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
                # Colours are what the command says, and not what the terminal around this one has.
                without = {name: value for name, value in os.environ.items() if name not in ("COLORTERM", "NO_COLOR")}
                os.execve(command[0], command, {**without, "TERM": "xterm-256color", "XDG_STATE_HOME": STATE.name})
            finally:
                os._exit(127)

    def __enter__(self):
        return self

    def read(self, until: float):
        """What it writes, as it comes, each with the seconds since the start."""
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], left)[0]:
                return
            try:
                data = os.read(self.terminal, 1 << 16)
            except OSError:  # the other side is closed
                return
            if b"\x1b[?2026$p" in data:  # synchronized output, which marks where a frame ends: yes
                os.write(self.terminal, b"\x1b[?2026;2$y")
            yield time.monotonic() - self.began, data

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process, signal.SIGTERM)
        deadline = time.monotonic() + 5
        while os.waitpid(self.process, os.WNOHANG)[0] == 0:
            for _ in self.read(min(deadline, time.monotonic() + 0.05)):
                pass
            if time.monotonic() > deadline:
                os.kill(self.process, signal.SIGKILL)
                os.waitpid(self.process, 0)
                break
        os.close(self.terminal)


def switches(process: int) -> int:
    """Times that a thread of a process went to sleep, and so had to be woken."""
    total = 0
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):
            lines = (task / "status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return total


def cpu_seconds(process: int) -> float:
    return time.clock_gettime((~process << 3) | 2)  # CLOCK_PROCESS_CPUTIME_ID of another process


def watch(program: str, seconds: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        with Terminal(program, "--seed", "1", "--report", str(report)) as shown:
            for _ in shown.read(time.monotonic() + 3):
                pass
            began, cpu, woken = time.monotonic(), cpu_seconds(shown.process), switches(shown.process)
            for _ in shown.read(began + seconds):
                pass
            passed = time.monotonic() - began
            cpu, woken = cpu_seconds(shown.process) - cpu, switches(shown.process) - woken
        connections = json.loads(report.read_text())["connections"]
    sent = connections["sent_bytes"] / connections["requests"] / 1000
    return {CPU: cpu / passed * 100, WAKES: woken / passed, BYTES: sent}


def start(program: str) -> dict[str, float]:
    """A paint is full when the session runs and the game's picture is there, and its frame has come whole."""
    with Terminal(program, "--seed", "1") as shown:
        text = b""
        for at, data in shown.read(time.monotonic() + 5):
            text += data
            picture = max(text.find(b"RUNNING"), text.find("▀".encode()))
            if b"RUNNING" in text and "▀".encode() in text and text.find(b"\x1b[?2026l", picture) >= 0:
                return {PAINT: at * 1000}
    raise SystemExit(f"{program}: no full paint")


def play(program: str, seconds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        process = subprocess.Popen(
            [program, "--headless", "--speed", "max", "--mode", "sequential", "--endpoint", "none", "--seed", "1",
             "--duration", f"{seconds}s", "--report", str(report)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{program} ended with {process.returncode}")
        told = json.loads(report.read_text())
    cycles = told["totals"]["cycles"]
    return {DECISIONS: cycles / told["session"]["elapsed_seconds"],
            COST: (usage.ru_utime + usage.ru_stime) / cycles * 1e6}


def children(process: int) -> dict[int, str]:
    """What a process has started, and the names of the programs."""
    found = {}
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                found[int(child)] = pathlib.Path(f"/proc/{child}/comm").read_text().strip()
    return found


def beside(program: str, game: str, seconds: float) -> dict[str, float]:
    helpers = {"ffmpeg": CAPTURE, "Xvfb": DISPLAY, "xdotool": AGENT, pathlib.Path(program).name: AGENT}
    with tempfile.TemporaryDirectory() as folder:
        # A game that never comes up is not waited for beyond a minute.
        session = subprocess.Popen(
            [program, "--headless", "--game", game, "--endpoint", "none", "--duration", f"{seconds + 60:.0f}s"],
            env={**os.environ, "XDG_STATE_HOME": folder}, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        try:
            # Decisions are told when they were played: the game has come up.
            if not any(" executed: " in line for line in session.stdout):
                raise SystemExit(f"{program}: {game} is not played (`singularis check --game {game}` says why)")
            os.set_blocking(session.stdout.fileno(), False)
            time.sleep(3)
            watched = {session.pid: AGENT}
            watched.update((child, helpers.get(name, GAME)) for child, name in children(session.pid).items())
            began, before = time.monotonic(), {process: cpu_seconds(process) for process in watched}
            until = began + seconds
            while time.monotonic() < until:
                time.sleep(min(1, max(0, until - time.monotonic())))
                session.stdout.buffer.read()
            passed = time.monotonic() - began
            figures = dict.fromkeys(OF_A_GAME, 0.0)
            try:
                for process, figure in watched.items():
                    figures[figure] += (cpu_seconds(process) - before[process]) / passed * 100
            except OSError:
                raise SystemExit(f"{program}: {watched[process]} ended while it was measured") from None
        finally:
            session.terminate()
            try:
                session.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                session.kill()
                session.wait()
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", default=[str(ROOT / ".build/release/singularis")])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--starts", type=int, default=9, help="starts of each program, at the least")
    parser.add_argument("--seconds", type=float, help="of each round at 1x (20), or beside a real game (30)")
    parser.add_argument("--game", help="what the agent costs beside a real game, such as doom")
    given = parser.parse_args()

    if given.game:
        figures = OF_A_GAME
        measures = [(lambda it: beside(it, given.game, given.seconds or 30), 1)]
    else:
        figures = FIGURES
        measures = [(lambda it: watch(it, given.seconds or 20), 1), (start, -(-given.starts // given.rounds)),
                    (lambda it: play(it, 5), 1)]
    values = [{figure: [] for figure in figures} for _ in given.programs]
    for turn in range(given.rounds):
        for measure, times in measures:
            for _ in range(times):
                for program, found in zip(given.programs, values):
                    print(f"\rround {turn + 1} of {given.rounds}", end="", file=sys.stderr, flush=True)
                    for figure, value in measure(program).items():
                        found[figure].append(value)
    print("\r", end="", file=sys.stderr)

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; {given.rounds} rounds")
    for number, program in enumerate(given.programs, 1):
        print(f"{number}: {program}")
    missed = False
    for figure, (unit, goal, less) in figures.items():
        medians = [statistics.median(found[figure]) for found in values]
        is_missed = goal is not None and (medians[-1] > goal if less else medians[-1] < goal)
        missed = missed or is_missed
        verdict = "MISSED " if is_missed else "reached"
        wanted = "" if goal is None else f"{verdict} {'at most' if less else 'at least'} {goal:g}"
        print(f"  {figure:32}" + "".join(f"{value:10.1f}" for value in medians) + f"  {unit:12}{wanted}")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
