"""An emulated cloud behind a real socket, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.cloud import Cloud
from emulator.server import serving


@contextmanager
def serving_in_thread(cloud: Cloud) -> Iterator[int]:
    """Serves the cloud on loopback while the block runs; gives the port."""
    started: list[int] = []
    ready, stop = threading.Event(), threading.Event()

    async def main() -> None:
        async with serving(cloud) as port:
            started.append(port)
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield started[0]
    finally:
        stop.set()
        thread.join(5)
