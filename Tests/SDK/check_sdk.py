"""Asks `singularis serve` with Google's own SDK (google-genai) and checks that the SDK is content.

Usage: check_sdk.py BASE_URL KEY     (run by Tests/SDK/run, which starts the server and installs the SDK)
"""

import functools
import json
import struct
import sys
import urllib.error
import urllib.request
import zlib

from google import genai
from google.genai import errors, types
from pydantic import BaseModel

BASE, KEY = sys.argv[1], sys.argv[2]
MODEL = "singularis-embedded-1"
done = 0


def check(condition, what):
    """One line a check; the first that fails ends the run."""
    global done
    done += 1
    print(f"{'ok' if condition else 'FAILED'} {done} {what}", flush=True)
    if not condition:
        sys.exit(1)


@functools.cache  # a client that is let go of closes itself, even while its last call still runs
def client(key=KEY, version="v1beta"):
    return genai.Client(api_key=key, http_options=types.HttpOptions(base_url=BASE, api_version=version, timeout=20_000))


def png(width=160, height=96, colour=2, level=6):
    """A compressed PNG such as any program writes, every filter in turn."""
    channels = {0: 1, 2: 3, 6: 4}[colour]
    lines, last = b"", bytes(width * channels)
    for y in range(height):
        row = bytes((x * 7 + y * 3 + c * 40) & 255 if c < 3 else 255 for x in range(width) for c in range(channels))
        kind, line = y % 3, bytearray()
        for x, value in enumerate(row):
            guess = (0, row[x - channels] if x >= channels else 0, last[x])[kind]
            line.append((value - guess) & 255)
        lines, last = lines + bytes([kind]) + bytes(line), row
    chunk = lambda t, d: struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d))
    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(lines, level))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


def refused(what, code, status, call, words=""):
    try:
        call()
    except errors.APIError as error:
        check(
            error.code == code and error.status == status and words in (error.message or ""),
            f"{what}: {error.code} {error.status}: {(error.message or '')[:80]}")
    else:
        check(False, f"{what} was not refused")


def post(path, body, headers=()):
    """A request without the SDK, for what the SDK never sends. Gives status, headers and body."""
    request = urllib.request.Request(BASE + path, data=body, headers={"x-goog-api-key": KEY, **dict(headers)})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def models_and_counting():
    for version in ("v1", "v1beta"):
        names = [model.name for model in client(version=version).models.list()]
        check(names[0] == "models/" + MODEL, f"{version} lists {names}")
    model = client().models.get(model=MODEL)
    check("generateContent" in model.supported_actions, "the model says what it can do")
    count = client().models.count_tokens(model=MODEL, contents="five words and some more")
    check(count.total_tokens == 5, f"{count.total_tokens} tokens counted")


def generate():
    answer = client().models.generate_content(model=MODEL, contents="Who are you?")
    check("embedded game" in answer.text, f"text alone: {answer.text[:60]}")
    check(answer.candidates[0].finish_reason == types.FinishReason.STOP, "finish reason")
    usage = answer.usage_metadata
    check(usage.total_token_count == usage.prompt_token_count + usage.candidates_token_count, "token counts")
    check(answer.model_version == MODEL and answer.response_id, "model version and response id")
    for colour, name in ((2, "RGB"), (6, "RGBA"), (0, "grey")):
        picture = types.Part.from_bytes(data=png(colour=colour), mime_type="image/png")
        answer = client().models.generate_content(
            model="models/" + MODEL, contents=[picture, "What do you see?"],
            config=types.GenerateContentConfig(
                system_instruction="Perspective: tactical", media_resolution="MEDIA_RESOLUTION_LOW"))
        details = {detail.modality.name: detail.token_count for detail in answer.usage_metadata.prompt_tokens_details}
        check(answer.text and details["IMAGE"] == 280, f"a compressed {name} picture: {answer.text[:60]}")
    answer = client().models.generate_content(
        model=MODEL, contents="Who are you?", config=types.GenerateContentConfig(max_output_tokens=3))
    check(answer.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS, "cut after three tokens")


def stream():
    picture = types.Part.from_bytes(data=png(), mime_type="image/png")
    chunks = list(client().models.generate_content_stream(model=MODEL, contents=[picture, "And now?"]))
    check(len(chunks) > 3 and all(chunk.text for chunk in chunks), f"streamed in {len(chunks)} pieces")
    reasons = [chunk.candidates[0].finish_reason for chunk in chunks]
    check(reasons[-1] == types.FinishReason.STOP and not any(reasons[:-1]), "only the last piece says why it ended")
    check(len({chunk.response_id for chunk in chunks}) == 1, "one response id")


def structured():
    class Plan(BaseModel):
        intent: str
        reason: str
        health: float | None = None

    picture = types.Part.from_bytes(data=png(), mime_type="image/png")
    config = types.GenerateContentConfig(response_mime_type="application/json", response_schema=Plan)
    answer = client().models.generate_content(model=MODEL, contents=[picture, "Plan"], config=config)
    check(isinstance(answer.parsed, Plan), f"structured: {answer.text[:80]}")
    config = types.GenerateContentConfig(
        response_mime_type="application/json",
        response_json_schema={"type": "object", "properties": {"scene": {"type": "string"}}, "required": ["scene"]})
    answer = client().models.generate_content(model=MODEL, contents=[picture, "Scene"], config=config)
    check("scene" in json.loads(answer.text), f"by JSON schema: {answer.text[:80]}")


def speech():
    config = types.GenerateContentConfig(
        response_modalities=["AUDIO"],
        speech_config=types.SpeechConfig(
            voice_config=types.VoiceConfig(prebuilt_voice_config=types.PrebuiltVoiceConfig(voice_name="Kore"))))
    ask = lambda: client().models.generate_content(
        model="singularis-embedded-tts-1", contents="Say: all is well.", config=config)
    if any(model.name.endswith("-tts-1") for model in client().models.list()):
        part = ask().candidates[0].content.parts[0].inline_data
        check(part.mime_type.lower().startswith("audio/l16"), f"speech: {part.mime_type}, {len(part.data)} bytes")
        samples = struct.unpack(f"<{len(part.data) // 2}h", part.data)
        check(len(samples) > 12_000 and max(map(abs, samples)) > 1000, "half a second at least, and not silent")
    else:
        print("espeak-ng is not installed: speech is checked for its refusal only", flush=True)
        refused("speech without a synthesizer", 404, "NOT_FOUND", ask)


def names():
    """The names that programs have built in."""
    answer = client().models.generate_content(model="gemini-3.8-flash", contents="Who are you?")
    check(answer.model_version == MODEL, "asked as gemini-3.8-flash, it says who it is")
    check(client().models.get(model="gemini-2.5-pro").name == "models/gemini-2.5-pro", "and is there under that name")


def refusals():
    hello = "Who are you?"
    ask = lambda key=KEY, model=MODEL, contents=hello, **config: client(key).models.generate_content(
        model=model, contents=contents, config=types.GenerateContentConfig(**config))
    refused("a bad key", 400, "INVALID_ARGUMENT", lambda: ask(key="wrong"), "API key not valid")
    refused("an unknown model", 404, "NOT_FOUND", lambda: ask(model="nobody-9"), "is not found for API version v1beta")
    refused(
        "an unknown model, streamed", 404, "NOT_FOUND",
        lambda: list(client().models.generate_content_stream(model="nobody-9", contents=hello)))
    jpeg = types.Part.from_bytes(data=b"\xff\xd8\xff\xe0" + bytes(40), mime_type="image/jpeg")
    refused("a JPEG", 400, "INVALID_ARGUMENT", lambda: ask(contents=[jpeg, hello]), "JPEG")
    text = types.Part.from_bytes(data=b"hello", mime_type="application/pdf")
    refused("a document", 400, "INVALID_ARGUMENT", lambda: ask(contents=[text]), "Unsupported MIME type")
    refused("several candidates", 400, "INVALID_ARGUMENT", lambda: ask(candidate_count=2))
    path = f"/v1beta/models/{MODEL}:generateContent"
    status, _, answer = post(path, b'{"contents":[{"parts":[{"text":"a"}]}],"stream":true}')
    check(status == 400 and b'Unknown name \\"stream\\": Cannot find field.' in answer, "a field that there is not")
    for body in (b"{", b"[]", b"{}", b'{"contents":[{"parts":[{"text":5}]}]}', b'{"contents":[{"parts":[]}]}'):
        status, _, answer = post(path, body)
        check(status == 400 and json.loads(answer)["error"]["status"] == "INVALID_ARGUMENT", f"malformed {body}")


def wire():
    """What the SDK does not show: names in both spellings, both base64 alphabets, the bytes of a stream."""
    import base64

    picture = png()
    for name, encode in (("standard", base64.b64encode), ("URL-safe", base64.urlsafe_b64encode)):
        for inline, mime in (("inlineData", "mimeType"), ("inline_data", "mime_type"), ("inlineData", "mime_type")):
            body = {
                "system_instruction": {"parts": [{"text": "Perspective: spatial"}]},
                "contents": [{"parts": [{inline: {mime: "image/png", "data": encode(picture).decode()}}]}],
                "generation_config" if inline == "inline_data" else "generationConfig": {"max_output_tokens": 20},
            }
            status, _, answer = post(f"/v1/models/{MODEL}:generateContent", json.dumps(body).encode())
            text = answer.decode()
            check(
                status == 200 and "usageMetadata" in text and "usage_metadata" not in text,
                f"{name} base64, {inline}.{mime}")
    status, headers, answer = post(
        f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse", b'{"contents":[{"parts":[{"text":"Who?"}]}]}')
    check(headers["Content-Type"].startswith("text/event-stream"), "the type of a stream")
    events = answer.split(b"\r\n\r\n")
    check(events.pop() == b"" and all(e.startswith(b"data: {") and b"\n" not in e for e in events), "its framing")
    status, _, answer = post(
        f"/v1beta/models/{MODEL}:streamGenerateContent", b'{"contents":[{"parts":[{"text":"Who?"}]}]}')
    check(len(json.loads(answer)) == len(events), "without alt=sse it is one array")


for part in (models_and_counting, generate, stream, structured, speech, names, refusals, wire):
    part()
print(f"{done} checks passed with google-genai {genai.__version__}")
