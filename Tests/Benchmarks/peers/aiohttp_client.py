"""aiohttp with uvloop, set up as the system that singularis reimplements has it. Same work, same report as the
others."""

import argparse
import asyncio
import json
import resource
import ssl
import time

import aiohttp
import uvloop

HEADERS = {"Content-Type": "application/json", "Accept": "*/*", "User-Agent": "bench"}


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=5)
    parser.add_argument("--body", type=int, default=130_000)
    parser.add_argument("--warmup", type=int, default=500)
    parser.add_argument("--keep-alive", action="store_true")
    parser.add_argument("--ca-file")
    given = parser.parse_args()
    body = b"x" * given.body
    trust = {"ssl": ssl.create_default_context(cafile=given.ca_file)} if given.ca_file else {}
    connector = aiohttp.TCPConnector(limit=10, limit_per_host=5, force_close=not given.keep_alive, **trust)
    timeout = aiohttp.ClientTimeout(total=30, connect=10)
    headers = dict(HEADERS) if given.keep_alive else {**HEADERS, "Connection": "close"}
    session = aiohttp.ClientSession(
        connector=connector, timeout=timeout, headers=headers, skip_auto_headers=["Accept-Encoding"]
    )

    async def work(count: int) -> list[float]:
        left = count
        latencies: list[float] = []

        async def worker() -> None:
            nonlocal left
            while left > 0:
                left -= 1
                start = time.perf_counter()
                async with session.post(given.url, data=body) as response:
                    answer = await response.read()
                    assert answer
                latencies.append((time.perf_counter() - start) * 1000)

        await asyncio.gather(*(worker() for _ in range(given.concurrency)))
        return latencies

    await work(given.warmup)
    before, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    latencies = sorted(await work(given.requests))
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    closing = time.perf_counter()
    await session.close()
    await asyncio.sleep(0.25)  # what its users are told to do
    print(
        json.dumps(
            {
                "requests": given.requests,
                "wall_s": wall,
                "user_s": after.ru_utime - before.ru_utime,
                "sys_s": after.ru_stime - before.ru_stime,
                "p50_ms": latencies[len(latencies) // 2],
                "p99_ms": latencies[int(len(latencies) * 0.99)],
                "peak_kb": after.ru_maxrss,
                "idle_kb": before.ru_maxrss,
                "close_ms": (time.perf_counter() - closing) * 1000,
            }
        )
    )


uvloop.run(main())
