#!/usr/bin/env python3
"""What a journal costs and how quickly it is read, measured from outside on a release build.

    python3 Tests/Benchmarks/journal.py                    .build/release/singularis, about an hour
    python3 Tests/Benchmarks/journal.py --seconds 60       shorter: without the keyframes that come every 6 minutes
    python3 Tests/Benchmarks/journal.py --only size,read   some of: size, read, list, follow

size    bytes an hour of the embedded world at 1x without and with pictures and at full speed, between the first quarter
        of a session and its end, and what the processor has to do more than without a journal.
read    an 8-hour journal, made by playing a recorded session again and again: the first frame of a replay with and
        without an index beside it, a key at once where there is none, and keys that seek (medians and the longest).
list    `singularis sessions` over 300 files.
follow  from the time of a decision to when a follower in another terminal shows it; a tenth of a second that the screen
        does not show is counted in.

Needs tmux for the last, and Python 3.10 or newer. Exit code 1: a goal was missed.
"""
import argparse
import math
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from thrift import ROOT, Terminal, cpu_seconds

HOUR = 3600
FRAME_END = b"\x1b[?2026l"


class Report:
    def __init__(self):
        self.missed = []

    def tell(self, what, value, unit, goal=None):
        verdict = "" if goal is None else f"   goal {goal:g}" + ("" if value <= goal else "   MISSED")
        print(f"{what:56}{value:10.2f} {unit}{verdict}", flush=True)
        if goal is not None and value > goal:
            self.missed.append(what)


def play(program, *flags):
    return subprocess.Popen(
        [program, "--headless", "--voice", "off", "--seed", "1", *flags], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)


def record(program, journal, seconds, *flags):
    """Plays so long. Returns bytes a second after the first quarter, and the share of a core that it took by then."""
    session = play(program, "--journal", str(journal), *flags)
    begin, end = seconds / 4, seconds
    started = time.monotonic()
    marks = []
    for at in begin, end:
        time.sleep(max(0, started + at - time.monotonic()))
        size = journal.stat().st_size if journal.is_file() else 0
        marks.append((time.monotonic(), size, cpu_seconds(session.pid)))
    session.terminate()
    session.wait()
    passed = marks[1][0] - marks[0][0]
    return (marks[1][1] - marks[0][1]) / passed, (marks[1][2] - marks[0][2]) / passed * 100


def measure_size(program, seconds, folder, report):
    plain = folder / "plain.jsonl"
    rate, cpu = record(program, plain, seconds, "--journal-pictures", "off")
    report.tell("an hour at 1x without pictures", rate * HOUR / 1e6, "MB", 3)
    rate, with_pictures = record(program, folder / "pictures.jsonl", seconds)
    report.tell("an hour at 1x with pictures", rate * HOUR / 1e6, "MB", 25)
    rate, _ = record(program, folder / "max.jsonl", seconds, "--speed", "max")
    report.tell("an hour at full speed with pictures", rate * HOUR / 1e6, "MB", 50)
    _, without = record(program, pathlib.Path("off"), seconds)
    report.tell("processor at 1x, headless, no journal", without, "% of a core")
    report.tell("processor at 1x, headless, without pictures", cpu, "% of a core")
    report.tell("processor at 1x, headless, with pictures", with_pictures, "% of a core")
    return plain


def longer(recorded, made, hours):
    """A journal of so many hours out of a recorded one: its lines up to where it was stopped, again and again."""
    header, *lines = recorded.read_bytes().splitlines(keepends=True)
    stop = next(
        (at for at, line in enumerate(lines) if b'"state":{"state":"stopping"}' in line), len(lines))
    parts = [re.match(rb'\{"t":([-0-9.e]+)(.*)', line, re.S) for line in lines[:stop]]
    timed = [(float(part[1]), part[2]) for part in parts]
    length = timed[-1][0]
    with made.open("wb") as file:
        file.write(header)
        for turn in range(int(hours * HOUR / length) + 1):
            for at, rest in timed:
                shifted = round(at + turn * length, 4)
                number = str(int(shifted)) if shifted == int(shifted) else repr(shifted)
                file.write(b'{"t":' + number.encode() + rest)


def first_frame(program, journal):
    """Milliseconds from the start to the end of the first frame that shows the replay."""
    with Terminal(program, "replay", str(journal), "--color", "256") as shown:
        # It comes before the terminal has said whether it knows marks around a frame: it is over when nothing follows.
        seen, last = b"", None
        for at, data in shown.read(time.monotonic() + 30):
            if last is not None and at - last > 0.1:
                return last * 1000
            seen += data
            if b"REPLAY" in seen:
                last = at
    raise SystemExit("the replay showed nothing")


def first_seek(program, journal):
    """Milliseconds from a key at the very first frame to the end of the frame that answers it: where there is no index
    yet, it is made in between. The replay is paused with it; then nothing is drawn after the answer."""
    with Terminal(program, "replay", str(journal), "--color", "256") as shown:
        seen, asked, answered = b"", None, None
        for _, data in shown.read(time.monotonic() + 30):
            seen += data
            if b"REPLAY" in seen and FRAME_END in seen[seen.index(b"REPLAY"):]:
                break
        asked = time.monotonic()
        os.write(shown.terminal, b" 9")
        for _, data in shown.read(asked + 5):
            if FRAME_END in data:
                answered = time.monotonic()
    return (answered - asked) * 1000 if answered else math.inf


def seeks(program, journal, count):
    """Milliseconds from a key that seeks to the end of the frame that answers it; infinite where none did in 5 s."""
    digits = random.Random(1)
    times = []
    with Terminal(program, "replay", str(journal), "--color", "256") as shown:
        for _ in shown.read(time.monotonic() + 3):
            pass
        os.write(shown.terminal, b" ")
        for _ in shown.read(time.monotonic() + 1.5):
            pass
        before = None
        for _ in range(count):
            key = digits.choice([digit for digit in "123456789" if digit != before])
            before = key
            began = time.monotonic()
            os.write(shown.terminal, key.encode())
            times.append(math.inf)
            for _, data in shown.read(began + 5):
                if FRAME_END in data:
                    times[-1] = (time.monotonic() - began) * 1000
                    break
            for _ in shown.read(time.monotonic() + 0.3):
                pass
    return times


def measure_read(program, recorded, folder, hours, report):
    journal = folder / "long.jsonl"
    longer(recorded, journal, hours)
    print(f"a journal of {hours:g} hours: {journal.stat().st_size / 1e6:.1f} MB")
    index = pathlib.Path(f"{journal}.index")
    bare, made, indexed = [], [], []
    for _ in range(5):
        index.unlink(missing_ok=True)
        bare.append(first_frame(program, journal))
        index.unlink(missing_ok=True)
        made.append(first_seek(program, journal))
        if not index.exists():
            raise SystemExit(f"{program} made no index of {journal.name}")
        indexed.append(first_frame(program, journal))
    report.tell("first frame, no index yet", statistics.median(bare), "ms", 300)
    report.tell("key at the first frame, no index yet", statistics.median(made), "ms", 1000)
    report.tell("first frame, with an index", statistics.median(indexed), "ms", 300)
    times = seeks(program, journal, 30)
    report.tell("key to the frame of another tenth, median", statistics.median(times), "ms", 100)
    report.tell("key to the frame of another tenth, longest", max(times), "ms", 100)


def measure_list(program, recorded, folder, report):
    state = folder / "state"
    sessions = state / "singularis" / "sessions"
    sessions.mkdir(parents=True)
    for number in range(300):
        day, minute = divmod(number, 20)
        name = f"202611{day + 1:02}-10{minute:02}00-{number:04x}.jsonl"
        shutil.copy(recorded, sessions / name)
    environment = {**os.environ, "XDG_STATE_HOME": str(state)}
    times = []
    for _ in range(5):
        began = time.monotonic()
        listed = subprocess.run([program, "sessions"], env=environment, capture_output=True, text=True, check=True)
        times.append(time.monotonic() - began)
    assert len(listed.stdout.splitlines()) >= 300, listed.stdout[:500]
    size = sum(file.stat().st_size for file in sessions.iterdir()) / 1e6
    report.tell(f"`sessions` over 300 files of {size:.0f} MB", statistics.median(times), "s", 1)


def measure_follow(program, seconds, folder, report):
    journal = folder / "followed.jsonl"
    session = subprocess.Popen(
        [program, "--headless", "--voice", "off", "--seed", "1", "--journal", str(journal)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    os.set_blocking(session.stdout.fileno(), False)
    until = time.monotonic() + 20
    while not journal.exists() or journal.stat().st_size < 1000:
        if session.poll() is not None or time.monotonic() > until:
            session.kill()
            raise SystemExit(f"{program} writes no journal")
        time.sleep(0.05)
    tmux = ["tmux", "-L", f"singularis-journal-{os.getpid()}"]
    subprocess.run(
        [*tmux, "new", "-d", "-x", "120", "-y", "36", f"{program} replay --follow {journal} --color 256"], check=True)
    starts, shown, newest = [], [], None
    try:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for line in (session.stdout.read() or b"").decode().splitlines():
                if stamp := re.match(r"(\d+):(\d\d):(\d\d\.\d) #", line):
                    hours, minutes, rest = stamp.groups()
                    starts.append(time.monotonic() - (int(hours) * 3600 + int(minutes) * 60 + float(rest)))
            screen = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=True).stdout
            now = time.monotonic()
            stamps = [int(m) * 60 + float(s) for m, s in re.findall(r"(\d\d):(\d\d\.\d) [a-z]+ +[a-z]\w+ ", screen)]
            if stamps and (newest is None or max(stamps) > newest):
                # What is there when one begins to look came at some time before.
                if newest is not None:
                    shown.append((now, max(stamps)))
                newest = max(stamps)
            time.sleep(0.01)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)
        session.terminate()
        session.wait()
    start = min(starts)
    lags = [now - (start + stamp) for now, stamp in shown]
    report.tell(f"follower behind a decision, median of {len(lags)}", statistics.median(lags), "s")
    report.tell("follower behind a decision, longest", max(lags), "s", 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=str(ROOT / ".build/release/singularis"))
    parser.add_argument("--seconds", type=float, default=720, help="of each recorded session")
    parser.add_argument("--hours", type=float, default=8, help="of the journal that is read")
    parser.add_argument("--only", default="size,read,list,follow")
    arguments = parser.parse_args()
    program = str(pathlib.Path(arguments.program).resolve())
    parts = arguments.only.split(",")
    report = Report()
    with tempfile.TemporaryDirectory(prefix="singularis-journal-") as name:
        folder = pathlib.Path(name)
        os.environ["XDG_STATE_HOME"] = str(folder / "own")
        if "size" in parts:
            recorded = measure_size(program, arguments.seconds, folder, report)
        elif "read" in parts or "list" in parts:
            recorded = folder / "plain.jsonl"
            record(program, recorded, arguments.seconds, "--journal-pictures", "off")
        if "read" in parts:
            measure_read(program, recorded, folder, arguments.hours, report)
        if "list" in parts:
            measure_list(program, recorded, folder, report)
        if "follow" in parts:
            measure_follow(program, min(60, arguments.seconds), folder, report)
    raise SystemExit(1 if report.missed else 0)


if __name__ == "__main__":
    main()
