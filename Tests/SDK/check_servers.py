"""Plays against model servers that people really run, and checks that both sides are content.

Usage: check_servers.py PROGRAM FOLDER     (run by Tests/SDK/run, which installs the servers)

llama.cpp's own server with a model of random weights: with a projector every interpretation is answered, plans are
asked with a schema and pictures are taken, of the embedded world and of Freedoom where that is installed; without one
the session plays on and says why. Then the same behind a LiteLLM gateway.
"""

import http.client
import http.server
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time

PROGRAM, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
HERE = pathlib.Path(__file__).parent
# The gateway insists on one; made up here, and told to the agent in a file, as its users tell theirs.
KEY = f"sk-{secrets.token_hex(16)}"
(FOLDER / "gateway.key").write_text(KEY + "\n")
done = 0
# What the last session printed, for when a check fails.
last_output = ""


def check(condition, what):
    """One line a check; the first that fails ends the run."""
    global done
    done += 1
    print(f"{'ok' if condition else 'FAILED'} {done} {what}", flush=True)
    if not condition:
        print(last_output[-4000:])
        sys.exit(1)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served:
    """A server process for the length of a scope; it is up when it answers at `path`."""

    def __init__(self, name, command, port, path, patience=120):
        self.name, self.port, self.path, self.patience = name, port, path, patience
        self.log = open(FOLDER / f"{name}.log", "w")
        environment = dict(os.environ, LITELLM_LOCAL_MODEL_COST_MAP="True", LITELLM_MASTER_KEY=KEY)
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, env=environment)

    def __enter__(self):
        end = time.monotonic() + self.patience
        while time.monotonic() < end and self.process.poll() is None:
            try:
                link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                link.request("GET", self.path)
                if link.getresponse().status == 200:
                    return self
            except OSError:
                time.sleep(0.2)
        self.__exit__()
        sys.exit(f"{self.name} did not start:\n" + (FOLDER / f"{self.name}.log").read_text()[-3000:])

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Recorder(http.server.ThreadingHTTPServer):
    """Hands everything on to a server on another port, and keeps what was asked."""

    daemon_threads = True

    def __init__(self, target):
        self.target, self.asked = target, []
        super().__init__(("127.0.0.1", 0), Passing)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Passing(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.pass_on(None)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body))
        self.pass_on(body)

    def pass_on(self, body):
        link = http.client.HTTPConnection("127.0.0.1", self.server.target, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        link.request(self.command, self.path, body, kept)
        answer = link.getresponse()
        self.send_response(answer.status)
        for name in ("Content-Type", "Content-Encoding"):
            if value := answer.getheader(name):
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while piece := answer.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            pass  # the session has ended, and its requests with it
        link.close()

    def log_message(self, *_):
        pass


def play(seconds, port, *options):
    """A headless session; gives its exit code, what it printed and its report."""
    global last_output
    report = FOLDER / "report.json"
    report.unlink(missing_ok=True)
    run = subprocess.run(
        [PROGRAM, "--headless", "--duration", f"{seconds}s", "--report", report,
         "--endpoint", f"http://127.0.0.1:{port}/v1", "--key-file", FOLDER / "gateway.key", *options],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds + 60)
    last_output = run.stdout
    return run.returncode, run.stdout, json.loads(report.read_text())


def requests(report, kind):
    none = {"sent": 0, "answered": 0, "failed": 0, "cancelled": 0}
    return next((row for row in report["account"]["requests"] if row["kind"] == kind), none)


def play_until_answered(port, *options):
    """Longer sessions until one sees an answer end: noise is long, and the machine may be busy."""
    for seconds in (15, 45, 120):
        code, printed, report = play(seconds, port, *options)
        looked = requests(report, "interpretation")
        if looked["answered"] + looked["failed"] > 0:
            break
    return code, report


def llama(*options):
    port = free_port()
    command = [sys.executable, HERE / "tiny_llama.py", FOLDER, str(port), *options]
    return Served("llama", [str(part) for part in command], port, "/health")


def is_content(name, code, report):
    """What every session against a server that takes pictures must end with."""
    looked = requests(report, "interpretation")
    check(code == 0 and report["outcome"]["is_clean"], f"{name}: ends cleanly ({report['outcome']['description']})")
    check(
        looked["answered"] > 0 and looked["failed"] == 0,
        f"{name}: every interpretation is answered ({looked['answered']} of {looked['sent']}, "
        f"{looked['cancelled']} under way at the end)")
    usage = report["interpreter"]
    check(usage["prompt_tokens"] > 0, f"{name}: usage is counted ({usage['total_tokens']} tokens)")
    check(report["connections"]["left_open"] == 0, f"{name}: no connection is left open")


def asks_well(name, port, intents, *options):
    """Plays by a server that takes pictures, and looks at what it was asked."""
    recorder = Recorder(port)
    code, report = play_until_answered(recorder.server_port, *options)
    is_content(name, code, report)
    formats = [body["response_format"] for body in recorder.asked if "response_format" in body]
    check(formats and formats[0]["type"] == "json_schema", f"{name}: plans are asked with a schema ({len(formats)} asked)")
    named = formats[0]["json_schema"]["schema"]["properties"]["intent"]["enum"]
    check(intents <= set(named), f"{name}: for an intent that exists in the game ({', '.join(named)})")
    pictures = sum("image_url" in json.dumps(body) for body in recorder.asked)
    check(pictures == len(recorder.asked) > 0, f"{name}: every request shows a picture ({pictures})")
    recorder.shutdown()
    return report, named


with llama() as server:
    asks_well("llama.cpp", server.port, {"talk", "trade", "explore"})

    needed = ["Xvfb", "xdotool", "ffmpeg", "crispy-doom"]
    missing = [name for name in needed if not shutil.which(name, path=os.environ["PATH"] + ":/usr/games")]
    if missing:
        print(f"skipped: llama.cpp and a real game; not installed: {', '.join(missing)}")
    else:
        report, named = asks_well("llama.cpp, Freedoom", server.port, {"explore", "engageEnemy"}, "--game", "doom")
        check("talk" not in named, "llama.cpp, Freedoom: and for no other")
        check(report["totals"]["cycles"] > 0, f"llama.cpp, Freedoom: is played ({report['totals']['cycles']} cycles)")

    port = free_port()
    (FOLDER / "gateway.json").write_text(json.dumps({"model_list": [{
        "model_name": "tiny",
        "litellm_params": {
            "model": "openai/tiny", "api_base": f"http://127.0.0.1:{server.port}/v1", "api_key": "none"},
        "model_info": {"supports_vision": True},
    }]}))
    gateway = pathlib.Path(sys.executable).parent / "litellm"
    command = [gateway, "--config", FOLDER / "gateway.json", "--host", "127.0.0.1", "--port", str(port), ]
    with Served("gateway", [str(part) for part in command], port, "/health/liveliness"):
        code, report = play_until_answered(port, "--model", "tiny")
        is_content("LiteLLM", code, report)

with llama("--text-only") as server:
    code, printed, report = play(5, server.port)
    check(code == 0 and report["totals"]["cycles"] > 0, f"text only: plays on ({report['totals']['cycles']} cycles)")
    check("tiny.gguf" in printed and "text only" in printed, "text only: the message names the model and says why")

print(f"{done} checks")
