#!/usr/bin/env python3
"""Plays for minutes while the model misbehaves in every way, and checks that all is accounted for.

    python3 Tests/Endurance/run.py                      10 minutes at full speed
    python3 Tests/Endurance/run.py --minutes 1          shorter
    python3 Tests/Endurance/run.py --speed 8 --seeds 8  also plays every seed without a model, and compares

The embedded model is asked as a server of its own, with all seven faults on and at a price, so that money is counted
as for a paid one. Each report must say: requests sent = answered + failed by kind + cancelled, sockets opened =
closed, nothing left open, exit code 0, and a spend that is the sum of the usages. With several seeds all sessions of
a pair run at once. Needs a release build (swift build -c release) and Python 3.10 or newer. Exit code 1: a check
failed.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FAULTS = "429=0.1,hang=0.05,reset=0.05,truncate=0.05,garbage=0.02,slow=0.1,500=0.1"
PRICE_IN, PRICE_OUT = 0.75, 3.75  # dollars per million tokens


def serve(program, seed):
    """A misbehaving model and its address."""
    server = subprocess.Popen(
        [program, "serve", "--model-fault", FAULTS, "--seed", str(seed)], stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if "listening on" in line:
            # What it prints from now on is of no interest, and must not fill the pipe.
            subprocess.Popen(["cat"], stdin=server.stdout, stdout=subprocess.DEVNULL)
            return server, line.split("listening on ")[1].split()[0]
    raise SystemExit("the embedded model did not start")


def play(program, arguments, seed, url, report):
    """Starts one session; without an address it has no model."""
    model = ["--endpoint", "none"]
    if url:
        model = ["--endpoint", url, "--api", "gemini", "--model", "singularis-embedded-1",
                 "--price", f"{PRICE_IN}/{PRICE_OUT}"]
    command = [program, "--headless", "--no-wait", "--voice", "off", "--mode", "sequential", "--seed", str(seed),
               "--report", str(report), *arguments, *model]
    # Every session begins with a learner that knows nothing, and leaves none where the next would find it.
    environment = {**os.environ, "XDG_STATE_HOME": f"{report}.state"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def check(report, code, name):
    """What does not add up in a report, as lines."""
    wrong = [] if code == 0 else [f"exit code {code}"]
    for kind in report["account"]["requests"]:
        parts = kind["answered"] + kind["failed"] + kind["cancelled"]
        if kind["sent"] != parts or kind["under_way"]:
            wrong.append(f"{kind['kind']}: sent {kind['sent']}, accounted for {parts}")
        if kind["failed"] != sum(failure["count"] for failure in kind["failures"]):
            wrong.append(f"{kind['kind']}: failures by kind are not all")
    sockets = report["connections"]
    if sockets["opened"] != sockets["closed"] or sockets["left_open"]:
        wrong.append(f"sockets opened {sockets['opened']}, closed {sockets['closed']}")
    if not report["audit"]["is_clean"]:
        wrong.append(f"left open: {report['audit']}")
    usage = report["interpreter"]
    spend = (usage["prompt_tokens"] * PRICE_IN + (usage["answer_tokens"] + usage["thought_tokens"]) * PRICE_OUT) / 1e6
    if abs(report["account"]["spend_dollars"] - spend) > 1e-6:
        wrong.append(f"spend {report['account']['spend_dollars']}, the usages cost {spend}")
    return [f"{name}: {line}" for line in wrong]


def told(report):
    requests = report["account"]["requests"]
    sums = {key: sum(kind[key] for kind in requests) for key in ("sent", "answered", "failed", "cancelled")}
    return (f"{report['totals']['cycles']} cycles; requests sent {sums['sent']} = {sums['answered']} answered "
            f"+ {sums['failed']} failed + {sums['cancelled']} cancelled; sockets {report['connections']['opened']} = "
            f"{report['connections']['closed']}; spend ${report['account']['spend_dollars']:.4f}; "
            f"quality {report['quality']['average']:.3f}, {len(report['quality']['places'])} places")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--speed", default="max", help="as the program's --speed (default: max)")
    parser.add_argument("--seeds", type=int, default=0, help="play this many seeds, each with and without a model")
    parser.add_argument("--seed", type=int, default=5, help="the one seed to play where --seeds is not given")
    parser.add_argument("--program", default=str(ROOT / ".build/release/singularis"))
    options = parser.parse_args()

    arguments = ["--speed", options.speed, "--duration", f"{round(options.minutes * 60)}s"]
    seeds = range(1, options.seeds + 1) if options.seeds else [options.seed]
    wrong, scores = [], {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        servers, sessions = [], []
        try:
            for seed in seeds:
                server, url = serve(options.program, seed)
                servers.append(server)
                for address in [url, None] if options.seeds else [url]:
                    report = folder / f"{seed}-{address is not None}.json"
                    sessions.append((seed, address, report, play(options.program, arguments, seed, address, report)))
            for seed, address, path, session in sessions:
                code = session.wait()
                report = json.loads(path.read_text())
                name = f"seed {seed}, {'all faults' if address else 'no model'}"
                print(f"{name}: {told(report)}", flush=True)
                wrong += check(report, code, name)
                scores[address is not None].append(report["quality"]["average"])
        finally:
            for server in servers:
                server.terminate()
            wrong += [f"the embedded model ended with {code}" for code in (s.wait() for s in servers) if code]
    if options.seeds:
        with_model, without = (statistics.mean(scores[key]) for key in (True, False))
        spread = statistics.pstdev(scores[False])
        print(f"mean quality with the misbehaving model {with_model:.4f}, without one {without:.4f} "
              f"(spread between seeds {spread:.4f})")
        # Half the spread is what a handful of seeds cannot tell from luck.
        if with_model < without - spread / 2:
            wrong.append("the agent plays worse with the model than without one")
    for line in wrong:
        print("WRONG", line)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
