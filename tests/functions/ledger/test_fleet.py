"""The ledger's promises under every order of deaths, losses and answers that hypothesis finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fleet import Fleet
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from ledger.postgres import Postgres
from ledger.sqlite import Sqlite
from place import emptied

QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


class OnSqlite(Fleet):
    @staticmethod
    async def connect(folder: Path) -> Any:
        return await Sqlite(folder / "ledger.db", survive_power_loss=False).open()


def test_the_promises_hold_on_sqlite() -> None:
    run_state_machine_as_test(
        OnSqlite,
        settings=settings(max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=QUIET),
    )


@pytest.mark.slow
def test_the_promises_hold_on_postgresql(postgres: Any) -> None:
    class OnPostgres(Fleet):
        emptied: Path | None = None

        @staticmethod
        async def connect(folder: Path) -> Any:
            store = await Postgres(postgres.dsn).open()
            if OnPostgres.emptied != folder:
                OnPostgres.emptied = folder
                await store.run(emptied())
                await store.close()
                store = await Postgres(postgres.dsn).open()
            return store

    run_state_machine_as_test(
        OnPostgres,
        settings=settings(max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=QUIET),
    )
