"""The ledger's tests run its real stores: SQLite in a folder, and a PostgreSQL of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "functions")]

from ledger import store, trail  # noqa: E402 (found by the line above)
from ledger.postgres import Postgres  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402
from place import Body, Place, emptied  # noqa: E402

from soak.server import Server  # noqa: E402


@pytest.fixture
def at(tmp_path: Path) -> Callable[[Body], None]:
    """Run a test's body at a place of its own; afterwards its audit trail must be whole."""
    return _at(lambda: Sqlite(tmp_path / "ledger.db", survive_power_loss=False), tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def at_each(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Body], None]:
    """As ``at``, on both stores; that of PostgreSQL is emptied first."""
    if request.param == "sqlite":
        return _at(lambda: Sqlite(tmp_path / "ledger.db", survive_power_loss=False), tmp_path)
    server = request.getfixturevalue("postgres")
    asyncio.run(_emptied(server))
    return _at(lambda: Postgres(server.dsn), tmp_path)


async def _emptied(server: Server) -> None:
    shared = await Postgres(server.dsn).open()
    await shared.run(emptied())
    await shared.close()


def _at(connect: Callable[[], Any], folder: Path) -> Callable[[Body], None]:
    def run(body: Body) -> None:
        async def whole() -> None:
            shared = await connect().open()
            await body(Place(folder, shared))
            entries = await shared.run(store.entries(0, 0, 100_000))
            assert list(trail.verify(entries, await shared.run(store.heads()))) == []
            await shared.close()

        asyncio.run(whole())

    return run
