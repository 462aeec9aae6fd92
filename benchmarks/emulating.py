"""What the emulator carries: ordinary calls a second, its start, its memory, and a long list page by page.

The peer is a bare aiohttp server that answers every request with the same few bytes of JSON. Both are driven by the
same client over the same connections, in turn, and what counts is the server's own processor time: a second of it is a
second of one core, whoever else uses the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

PROJECT = "bench-project"
CONNECTIONS = 8
SEED = {"projects": [{"id": PROJECT, "number": "123456789012", "services": ["*"]}]}
EMULATOR = [sys.executable, "-m", "emulator", "--port", "0"]
BARE = [
    sys.executable,
    "-c",
    """
import asyncio
from aiohttp import web
async def answer(request):
    await request.read()
    return web.Response(body=b'{"name":"projects/p/secrets/s"}', content_type="application/json")
async def main():
    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
""",
]


@dataclass(frozen=True)
class Call:
    """One request, and the status that it must have."""

    method: str
    path: str
    body: object = None
    status: int = 200

    def bytes(self) -> bytes:
        """As it goes over the wire."""
        body = b"" if self.body is None else json.dumps(self.body).encode()
        head = f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Load:
    """What a server made of a number of requests."""

    requests: int
    seconds: float
    processor_seconds: float

    @property
    def rate(self) -> float:
        """Requests a second of one core."""
        return self.requests / self.processor_seconds

    def __str__(self) -> str:
        return f"{self.rate:8,.0f} a second of one core  ({self.requests / self.seconds:,.0f} by the clock)"


def ordinary(number: int) -> list[Call]:
    """What a client does with a few resources from their making to their end: half reads, half writes."""
    secret = f"/secretmanager/v1/projects/{PROJECT}/secrets/s{number}"
    topic = f"/pubsub/v1/projects/{PROJECT}/topics/topic-{number}"
    metric = f"/logging/v2/projects/{PROJECT}/metrics"
    jobs = f"/run/v2/projects/{PROJECT}/locations/europe-west4/jobs"
    job = {"template": {"template": {"containers": [{"image": "europe-docker.pkg.dev/p/r/i"}]}}}
    policy = {"policy": {"bindings": [{"role": "roles/pubsub.publisher", "members": ["user:a@example.com"]}]}}
    return [
        Call("POST", f"{secret.rpartition('/')[0]}?secretId=s{number}", {"replication": {"automatic": {}}}),
        Call("GET", secret),
        Call("PATCH", f"{secret}?updateMask=labels", {"labels": {"tier": "high"}}),
        Call("GET", f"{secret.rpartition('/')[0]}?pageSize=10"),
        Call("PUT", topic, {"labels": {"tier": "high"}}),
        Call("GET", topic),
        Call("POST", f"{topic}:setIamPolicy", policy),
        Call("GET", f"{topic}:getIamPolicy"),
        Call("POST", metric, {"name": f"m{number}", "filter": "severity>=ERROR"}),
        Call("GET", f"{metric}/m{number}"),
        Call("POST", f"{jobs}?jobId=j{number}", job),
        Call("GET", f"{jobs}/j{number}"),
        Call("DELETE", f"{jobs}/j{number}"),
        Call("DELETE", f"{metric}/m{number}"),
        Call("DELETE", topic),
        Call("DELETE", secret),
    ]


class Server:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], address: str, seconds: float) -> None:
        """``seconds`` is what it took from the start of the process to the address on its standard output."""
        self.pid = process.pid
        self.port = int(address.rpartition(":")[2])
        self.seconds = seconds

    def processor_seconds(self) -> float:
        """What it has used of all cores."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """What it holds in memory."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    async def load(self, calls: Iterator[list[Call]], requests: int, *, checked: bool) -> Load:
        """Send so many calls over a few connections, each of them in turn on its connection."""
        before, started = self.processor_seconds(), time.perf_counter()
        async with contextlib.AsyncExitStack() as stack:
            wires = [await stack.enter_async_context(connected(self.port)) for _ in range(CONNECTIONS)]
            shares = [requests // CONNECTIONS] * CONNECTIONS
            async with asyncio.TaskGroup() as group:
                for wire, share in zip(wires, shares, strict=True):
                    group.create_task(_drive(wire, calls, share, checked=checked))
        return Load(sum(shares), time.perf_counter() - started, self.processor_seconds() - before)


Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.contextmanager
def served(command: Sequence[str], root: Path) -> Iterator[Server]:
    """A server that ends with the block."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            yield Server(process, address, time.perf_counter() - started)
        finally:
            process.terminate()


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[Wire]:
    """A connection that stays open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
    try:
        yield reader, writer
    finally:
        writer.close()


async def ask(wire: Wire, call: Call) -> tuple[int, bytes]:
    """(status, body)."""
    reader, writer = wire
    writer.write(call.bytes())
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    size = 0
    if (at := lower.find(b"content-length:")) >= 0:
        size = int(lower[at + 15 : lower.index(b"\r\n", at)])
    return int(head[9:12]), await reader.readexactly(size)


async def _drive(wire: Wire, calls: Iterator[list[Call]], share: int, *, checked: bool) -> None:
    # The calls on one set of resources stay on one connection: what is read was written before.
    done = 0
    while done < share:
        for call in next(calls):
            status, body = await ask(wire, call)
            if checked and status != call.status:
                raise RuntimeError(f"{call.method} {call.path}: {status} {body[:300]!r}")
            done += 1


def many() -> Iterator[list[Call]]:
    """Ordinary calls without end, each set on resources of its own."""
    return (ordinary(number) for number in count())


async def seeded(server: Server) -> None:
    """A project with every API enabled."""
    async with connected(server.port) as wire:
        status, body = await ask(wire, Call("POST", "/_seed", SEED))
    if status != 200:
        raise RuntimeError(f"POST /_seed: {status} {body[:300]!r}")


def rates(root: Path, *, requests: int, runs: int) -> tuple[list[Load], list[Load]]:
    """(the emulator's loads, a bare server's), in turn."""
    ours, theirs = [], []
    with served(EMULATOR, root) as emulator, served(BARE, root) as bare:
        asyncio.run(seeded(emulator))
        for round_ in range(runs + 1):
            loads = [
                asyncio.run(emulator.load(many(), requests, checked=True)),
                asyncio.run(bare.load(many(), requests, checked=False)),
            ]
            if round_:
                ours.append(loads[0])
                theirs.append(loads[1])
    return ours, theirs


def starts(root: Path, *, runs: int) -> tuple[list[float], list[float]]:
    """Seconds to the address on standard output: (the emulator's, a bare server's), in turn."""
    taken: tuple[list[float], list[float]] = ([], [])
    for round_ in range(runs + 1):
        for command, times in zip((EMULATOR, BARE), taken, strict=True):
            with served(command, root) as server:
                if round_:
                    times.append(server.seconds)
    return taken


def memory(root: Path, *, requests: int, steps: int) -> list[float]:
    """Megabytes after a fifth as many requests, and then after each step of them."""
    with served(EMULATOR, root) as emulator:
        asyncio.run(seeded(emulator))
        calls = many()
        asyncio.run(emulator.load(calls, requests // 5, checked=True))
        held = [emulator.megabytes()]
        for _ in range(steps):
            asyncio.run(emulator.load(calls, requests // steps, checked=True))
            held.append(emulator.megabytes())
    return held


@dataclass(frozen=True)
class Paged:
    """A long list, read page by page."""

    made: Load
    resources: int
    seconds: tuple[float, ...]
    """Of each page, in their order."""


def paged(root: Path, *, resources: int, size: int) -> Paged:
    """Make so many secrets and list them."""
    secrets = f"/secretmanager/v1/projects/{PROJECT}/secrets"
    body = {"replication": {"automatic": {}}, "labels": {"tier": "high"}}
    with served(EMULATOR, root) as emulator:
        asyncio.run(seeded(emulator))
        making = ([Call("POST", f"{secrets}?secretId=s{number}", body)] for number in count())
        made = asyncio.run(emulator.load(making, resources, checked=True))
        names, seconds = asyncio.run(_pages(emulator, secrets, size))
    return Paged(made, len(names), tuple(seconds))


async def _pages(emulator: Server, path: str, size: int) -> tuple[set[str], list[float]]:
    names: set[str] = set()
    seconds: list[float] = []
    token = ""
    async with connected(emulator.port) as wire:
        while token or not seconds:
            started = time.perf_counter()
            _, raw = await ask(wire, Call("GET", f"{path}?pageSize={size}&pageToken={token}"))
            seconds.append(time.perf_counter() - started)
            page = json.loads(raw)
            names |= {one["name"] for one in page["secrets"]}
            token = page.get("nextPageToken", "")
    return names, seconds
