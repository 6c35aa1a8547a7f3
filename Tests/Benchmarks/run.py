#!/usr/bin/env python3
"""Measures the connection pool beside the clients people use today, in one run, against one loopback server.

    python3 Tests/Benchmarks/run.py                 everything; a first build takes several minutes
    python3 Tests/Benchmarks/run.py --rounds 3      shorter
    python3 Tests/Benchmarks/run.py --skip-build

The work is the same for all: POST with a 130 kB body, 500 bytes of JSON back, five at once to one host, the same
headers. Clients take turns, round after round, and the median of the rounds counts. CPU is user + system time of the
client process alone. Whoever makes the requests runs on the event loop of its client, in Swift as in Python; a second
table has the Swift clients with callers on other threads, as most programs call them. The column "server" is the
share of one core that the server used meanwhile: it has one thread, and near 100 % it would be what is measured.

Needs Swift, a C compiler, Python 3.10 or newer with venv, and openssl; aiohttp and uvloop come from PyPI into a folder
outside the checkout. Run it on a machine that does nothing else.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = Path(tempfile.gettempdir()) / "singularis-benchmark"
BINARIES = HERE / ".build" / "release"
PYTHON = TOOLS / "venv" / "bin" / "python"

THREADS = ", called from threads"
WATCHED = "this pool, a snapshot every 100 ms"
CLOSING = ["blocking sockets in C", "bare SwiftNIO", "this pool", WATCHED, "async-http-client", "aiohttp + uvloop"]
CALLED = [client + THREADS for client in ["bare SwiftNIO", "this pool", "async-http-client"]]
KEEPING = ["this pool, keep-alive", "async-http-client, keep-alive", "aiohttp + uvloop, keep-alive"]


def build() -> None:
    TOOLS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["swift", "build", "-c", "release"], cwd=HERE, check=True)
    source = HERE / "peers" / "blocking_client.c"
    subprocess.run(["cc", "-O2", "-pthread", "-o", TOOLS / "blocking_client", source], check=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", TOOLS / "venv"], check=True)
    subprocess.run([PYTHON, "-m", "pip", "install", "-q", "aiohttp", "uvloop"], check=True)
    certificate = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=localhost"]
    certificate += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    certificate += ["-keyout", TOOLS / "key.pem", "-out", TOOLS / "certificate.pem"]
    subprocess.run(certificate, check=True, capture_output=True)


class Server:
    """A process that prints its port and serves until the scope ends."""

    def __init__(self, *command: object) -> None:
        self.command = [str(word) for word in command]

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        return self

    def cpu_s(self) -> float:
        """Processor time it has used so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


def command(client: str, url: str, requests: int, *more: str) -> list[str]:
    given = ["--url", url, "--requests", str(requests), *more]
    port, path = url.split(":")[2].split("/")
    match client:
        case "blocking sockets in C":
            return [str(TOOLS / "blocking_client"), port, "/" + path, str(requests), "5", "130000", "500"]
        case "aiohttp + uvloop":
            return [str(PYTHON), str(HERE / "peers" / "aiohttp_client.py"), *given]
        case "aiohttp + uvloop, keep-alive":
            return [str(PYTHON), str(HERE / "peers" / "aiohttp_client.py"), "--keep-alive", *given]
    where = [] if client.endswith(THREADS) else ["--on-loop"]
    kind = {
        "bare SwiftNIO": "bare",
        "this pool": "pool",
        WATCHED: "pool",
        "async-http-client": "ahc",
        "this pool, keep-alive": "pool-keepalive",
        "async-http-client, keep-alive": "ahc-keepalive",
    }[client.removesuffix(THREADS)]
    if client == WATCHED:
        where += ["--snapshots", "100"]
    return [str(BINARIES / "BenchClient"), "work", "--client", kind, *where, *given]


def report(words: list[str]) -> dict:
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def figures(run: dict) -> dict:
    return {
        "cpu_ms": (run["user_s"] + run["sys_s"]) / run["requests"] * 1000,
        "user_ms": run["user_s"] / run["requests"] * 1000,
        "per_s": run["requests"] / run["wall_s"],
        "p50_ms": run["p50_ms"],
        "p99_ms": run["p99_ms"],
        "peak_mb": run["peak_kb"] / 1024,
    }


def compare(clients: list[str], server: Server, requests: int, rounds: int, progress: str) -> dict[str, dict]:
    url = f"http://127.0.0.1:{server.port}/500"
    runs: dict[str, list[dict]] = {client: [] for client in clients}
    for turn in range(rounds):
        for client in clients[turn % len(clients):] + clients[: turn % len(clients)]:
            print(f"\r{progress}: round {turn + 1} of {rounds}, {client:38}", end="", file=sys.stderr, flush=True)
            before, began = server.cpu_s(), time.monotonic()
            done = figures(report(command(client, url, requests)))
            # Over the whole life of the client, its start included: at least this much.
            done["server"] = (server.cpu_s() - before) / (time.monotonic() - began)
            runs[client].append(done)
    print(f"\r{'':100}\r", end="", file=sys.stderr, flush=True)
    return {
        client: {name: statistics.median(run[name] for run in done) for name in done[0]}
        for client, done in runs.items()
    }


def table(medians: dict[str, dict]) -> None:
    print(f"{'client':38}{'CPU ms':>9}{'user':>8}{'req/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'peak MB':>9}{'server':>8}")
    for client, run in medians.items():
        print(
            f"{client:38}{run['cpu_ms']:9.3f}{run['user_ms']:8.3f}{run['per_s']:9.0f}{run['p50_ms']:9.2f}"
            f"{run['p99_ms']:9.2f}{run['peak_mb']:9.1f}{run['server'] * 100:7.0f}%"
        )
    print()


def verdict(what: str, value: float, goal: float, unit: str = "x", at_most: bool = True) -> None:
    reached = value <= goal if at_most else value >= goal
    sign = "at most" if at_most else "at least"
    print(f"  {'reached' if reached else 'MISSED ':8} {what:62}{value:8.2f}{unit}   {sign} {goal:g}{unit}")


def sockets_of(process: int) -> int:
    count = 0
    try:
        for name in os.listdir(f"/proc/{process}/fd"):
            try:
                count += os.readlink(f"/proc/{process}/fd/{name}").startswith("socket:")
            except OSError:
                pass
    except OSError:
        pass
    return count


def most_sockets(words: list[str]) -> int:
    """The most sockets that a client ever has, looked at every millisecond."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, sockets_of(process.pid))
        time.sleep(0.001)
    if process.returncode:
        raise SystemExit(f"{words[0]} failed")
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--skip-build", action="store_true")
    given = parser.parse_args()
    if not given.skip_build:
        build()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.2f}; {given.rounds} rounds of {given.requests} requests\n")

    client = str(BINARIES / "BenchClient")
    with Server(BINARIES / "BenchServer") as server:
        port = server.port
        closing = compare(CLOSING, server, given.requests, given.rounds, "force close")
        table(closing)
        table(compare(CALLED, server, given.requests, given.rounds, "force close"))
        keeping = compare(KEEPING, server, given.requests, given.rounds, "keep-alive")
        table(keeping)
        closed = report([client, "closing", "--url", f"http://127.0.0.1:{port}/hold"])
        cut = report([client, "closing", "--busy", "5", "--url", f"http://127.0.0.1:{port}/hold"])
        watch = report([client, "watching", "--url", f"http://127.0.0.1:{port}/hold"])
        big = f"http://127.0.0.1:{port}/{8 << 20}"
        memory = report(command("this pool", big, 1000, "--body", str(8 << 20), "--warmup", "0"))

    own, ours = closing["this pool"], keeping["this pool, keep-alive"]
    others, kept = closing, keeping
    print("Force close")
    verdict("CPU per request against aiohttp + uvloop", own["cpu_ms"] / others["aiohttp + uvloop"]["cpu_ms"], 0.6)
    verdict("CPU per request against async-http-client", own["cpu_ms"] / others["async-http-client"]["cpu_ms"], 0.7)
    verdict("CPU per request against bare SwiftNIO", own["cpu_ms"] / others["bare SwiftNIO"]["cpu_ms"], 1.15)
    floor = others["blocking sockets in C"]
    verdict("CPU per request against the floor, in C (aim)", own["cpu_ms"] / floor["cpu_ms"], 3)
    rival = others["aiohttp + uvloop"]
    verdict("throughput against aiohttp + uvloop", own["per_s"] / rival["per_s"], 1.5, at_most=False)
    rival = others["async-http-client"]
    verdict("throughput against async-http-client", own["per_s"] / rival["per_s"], 1.25, at_most=False)
    verdict("p99 against aiohttp + uvloop", own["p99_ms"] / others["aiohttp + uvloop"]["p99_ms"], 0.7)
    print("Keep-alive")
    rival = kept["aiohttp + uvloop, keep-alive"]
    verdict("throughput against aiohttp + uvloop", ours["per_s"] / rival["per_s"], 2.5, at_most=False)
    rival = kept["async-http-client, keep-alive"]
    verdict("throughput against async-http-client", ours["per_s"] / rival["per_s"], 1.5, at_most=False)
    print("Resources")
    verdict("close() with nothing open, worst of 200", closed["max_ms"], 1, " ms")
    verdict("close() with 5 requests in flight, worst of 200", cut["max_ms"], 10, " ms")
    verdict("sockets left when it returns", cut["left"], 0, "")
    verdict("throughput with a snapshot every 100 ms", closing[WATCHED]["per_s"] / own["per_s"], 0.99, at_most=False)
    verdict("a snapshot every 100 ms, share of one core", watch["snapshot_us"] * 10 / 1e6 * 100, 1, " %")
    grown = (memory["peak_kb"] - memory["idle_kb"]) / 1024
    verdict("1,000 requests of 8 MB each way, peak over idle", grown, 40, " MB")
    deaf = ["--certificate", TOOLS / "certificate.pem", "--key", TOOLS / "key.pem"]
    for name, goal in [("this pool", 10), ("aiohttp + uvloop", None)]:
        with Server(PYTHON, HERE / "peers" / "deaf_tls.py", *deaf) as server:
            url, trust = f"https://127.0.0.1:{server.port}/", ["--ca-file", str(TOOLS / "certificate.pem")]
            words = command(name, url, 200, "--body", "100", "--warmup", "0", *trust)
            most = most_sockets(words)
            if goal is None:
                print(f"{'':11}({name}: {most})")
            else:
                verdict("sockets at once, 200 requests to a TLS peer deaf to close_notify", most, goal, "")


main()
