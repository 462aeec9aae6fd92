"""The ledger's tests run its real stores: SQLite in a folder, and a PostgreSQL of their own."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[2] / "functions")]

from soak.server import NoPostgresError, Server  # noqa: E402 (found by the line above)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL of our own; where none can be had its tests are skipped, and say so."""
    try:
        server = Server().__enter__()
    except NoPostgresError as error:
        warnings.warn(f"NOT TESTED against PostgreSQL: {error}", stacklevel=1)
        pytest.skip(f"no PostgreSQL: {error}")
    try:
        yield server
    finally:
        server.__exit__(None, None, None)
