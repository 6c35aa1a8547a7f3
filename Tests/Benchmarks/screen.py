#!/usr/bin/env python3
"""What the dashboard costs as a terminal sees it, measured from outside on release builds.

    python3 Tests/Benchmarks/screen.py                                      .build/release/singularis
    python3 Tests/Benchmarks/screen.py before/singularis after/singularis   two in turns: both meet the same noise

The embedded world at 1x with the embedded model in a pseudo-terminal of 120 x 36: bytes a second and processor time of
the thread that draws, without the picture, with it in 256 colours and in 24 bits; then, in 24 bits, what it costs while
the agent is paused, the time from a key to its effect on the screen and from a new size to the first byte of the new
frame. Medians of all rounds. Needs what thrift.py needs. Exit code 1: the last program missed a goal.
"""
import argparse
import fcntl
import os
import pathlib
import statistics
import struct
import sys
import termios
import time

from thrift import ROOT, Terminal

CLEARS = b"\x1b[2J", b"\x1b[H\x1b[J", b"\x1bc"
KINDS = {
    "no picture": ("--color", "256", "--picture-rate", "0"),
    "256 colours": ("--color", "256"),
    "24 bits": ("--color", "truecolor"),
}
# What is measured, its unit and the most it may be.
FIGURES = {
    **{f"bytes, {kind}": ("kB/s", None) for kind in KINDS},
    **{f"CPU of its thread, {kind}": ("% of a core", None) for kind in KINDS},
    "bytes, 24 bits to 256 colours": ("times", 2),
    "CPU, 24 bits to 256 colours": ("times", 1.3),
    "full clears while it runs": ("", 0),
    "paused: wake-ups of its thread": ("a second", 5),
    "paused: bytes": ("a second", 500),
    "key to screen, p50": ("ms", 10),
    "key to screen, p95": ("ms", 50),
    "size to first byte of the frame": ("ms", 100),
}


def main_thread(process: int) -> tuple[float, int]:
    """Seconds of processor time of the thread that draws, and how often it went to sleep."""
    task = pathlib.Path(f"/proc/{process}/task/{process}")
    lines = (task / "status").read_text().splitlines()
    sleeps = next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return int((task / "schedstat").read_text().split()[0]) / 1e9, sleeps


def window(shown: Terminal, seconds: float) -> dict[str, float]:
    """What a stretch of time costs, each figure a second, and what was cleared in it."""
    began, (cpu, sleeps) = time.monotonic(), main_thread(shown.process)
    data = b"".join(piece for _, piece in shown.read(began + seconds))
    passed, (cpu_after, sleeps_after) = time.monotonic() - began, main_thread(shown.process)
    return {"bytes": len(data) / passed, "cpu": (cpu_after - cpu) / passed * 100,
            "wakes": (sleeps_after - sleeps) / passed, "clears": sum(map(data.count, CLEARS))}


def until(shown: Terminal, word: bytes, cause) -> float:
    """Milliseconds from what `cause` does to the word on the screen."""
    began, text = time.monotonic(), b""
    cause()
    for _, data in shown.read(began + 5):
        text += data
        if word in text:
            return (time.monotonic() - began) * 1000
    raise SystemExit(f"no {word!r} on the screen within five seconds")


def measure(program: str, seconds: float, keys: int) -> dict[str, float]:
    found = {}
    for kind, options in KINDS.items():
        with Terminal(program, "--seed", "1", *options) as shown:
            for _ in shown.read(time.monotonic() + 3):
                pass
            cost = window(shown, seconds)
            found[f"bytes, {kind}"] = cost["bytes"] / 1000
            found[f"CPU of its thread, {kind}"] = cost["cpu"]
            if kind != "24 bits":
                continue
            found["full clears while it runs"] = cost["clears"]
            waits = []
            for number in range(keys):  # the help comes, and goes again
                waits.append(until(shown, b"Pause the agent", lambda: os.write(shown.terminal, b"?")))
                os.write(shown.terminal, b"?")
                for _ in shown.read(time.monotonic() + 0.13 + number % 7 * 0.017):
                    pass
            found["key to screen, p50"] = statistics.median(waits)
            found["key to screen, p95"] = sorted(waits)[int(len(waits) * 0.95)]
            sizes = []
            for columns in (100, 120, 90, 110, 120):
                size = struct.pack("HHHH", 36, columns, 0, 0)
                sizes.append(until(shown, b"\x1b[2J", lambda: fcntl.ioctl(shown.terminal, termios.TIOCSWINSZ, size)))
                for _ in shown.read(time.monotonic() + 0.4):
                    pass
            found["size to first byte of the frame"] = statistics.median(sizes)
            until(shown, b"PAUSED", lambda: os.write(shown.terminal, b" "))
            for _ in shown.read(time.monotonic() + 4):
                pass
            paused = window(shown, seconds / 2)
            found["paused: wake-ups of its thread"] = paused["wakes"]
            found["paused: bytes"] = paused["bytes"]
    found["bytes, 24 bits to 256 colours"] = found["bytes, 24 bits"] / found["bytes, 256 colours"]
    found["CPU, 24 bits to 256 colours"] = (
        found["CPU of its thread, 24 bits"] / found["CPU of its thread, 256 colours"])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*", default=[str(ROOT / ".build/release/singularis")])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="of each stretch that is measured")
    parser.add_argument("--keys", type=int, default=40, help="pressed in each round")
    given = parser.parse_args()

    values = [{figure: [] for figure in FIGURES} for _ in given.programs]
    for turn in range(given.rounds):
        for program, found in zip(given.programs, values):
            print(f"\rround {turn + 1} of {given.rounds}", end="", file=sys.stderr, flush=True)
            for figure, value in measure(program, given.seconds, given.keys).items():
                found[figure].append(value)
    print("\r", end="", file=sys.stderr)

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; {given.rounds} rounds")
    for number, program in enumerate(given.programs, 1):
        print(f"{number}: {program}")
    missed = False
    for figure, (unit, goal) in FIGURES.items():
        medians = [statistics.median(found[figure]) for found in values]
        is_missed = goal is not None and medians[-1] > goal
        missed = missed or is_missed
        wanted = "" if goal is None else f"{'MISSED ' if is_missed else 'reached'} at most {goal:g}"
        print(f"  {figure:34}" + "".join(f"{value:10.2f}" for value in medians) + f"  {unit:12}{wanted}")
    sys.exit(1 if missed else 0)


main()
