"""Two routers on one PostgreSQL, reached as on Cloud SQL: one budget, one queue, and each case decided once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cloudsql import cloudsql, dsn
from ledger import store, trail
from ledger.bank import AccountRow
from ledger.book import Call
from ledger.postgres import Postgres
from proposals import drafted, scripted
from served import Served, case, serving
from standin import Slow, Standin

from soak.server import Server

MONTH = "stack/*/month/"
# A hundred tokens in and twenty out, at 1.5 and 7.5 EUR a million.
COST = 300_000_000
UNIT = Decimal("1e-12")


@pytest.fixture
def environment(postgres: Server, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What every router of the fleet is told of its ledger."""
    with cloudsql(postgres, tmp_path, "stand-in") as found:
        yield found


def folder(root: Path, name: str) -> Path:
    made = root / name
    made.mkdir(exist_ok=True)
    return made


def books(postgres: Server) -> tuple[dict[str, AccountRow], list[Call]]:
    """The accounts and the calls of the database, whose trail must be whole."""

    async def read() -> tuple[dict[str, AccountRow], list[Call]]:
        shared = await Postgres(dsn(postgres)).open()
        entries = await shared.run(store.entries(0, 0, 100_000))
        assert list(trail.verify(entries, await shared.run(store.heads()))) == []
        found = await shared.run(store.accounts()), await shared.run(store.calls(0, 1e12))
        await shared.close()
        return found

    return asyncio.run(read())


def spent(accounts: dict[str, AccountRow]) -> AccountRow:
    (row,) = (row for name, row in accounts.items() if name.startswith(MONTH))
    return row


def test_what_one_router_decided_the_other_knows(
    environment: dict[str, str], routes: dict[str, Any], standin: Standin, postgres: Server, tmp_path: Path
) -> None:
    scripted(standin)
    with (
        serving(folder(tmp_path, "a"), routes, standin, **environment) as one,
        serving(folder(tmp_path, "b"), routes, standin, **environment) as other,
    ):
        low, high = case(), case(fields={"injury": True})
        first, second = one.post("/v1/cases", low), other.post("/v1/cases", low)
        assert first == second
        assert first[1]["outcome"] == "automatic"
        assert one.post("/v1/cases", high)[0] == 202
        assert other.call("GET", f"/v1/cases/{high['case_id']}")[1]["state"] == "waiting"
        assert len(standin.asked) == 2

        def asked(number: int) -> str:
            served = (one, other)[number % 2]
            outcome: str = served.post("/v1/cases", case())[1]["outcome"]
            return outcome

        with ThreadPoolExecutor(16) as callers:
            assert set(callers.map(asked, range(80))) == {"automatic"}
        assert len(standin.asked) == 82
    accounts, calls = books(postgres)
    row = spent(accounts)
    assert (row.spent, row.leased, row.lost, row.overrun) == (82 * COST, 0, 0, 0)
    assert len(calls) == 82


def test_what_a_router_was_killed_in_stays_paid_and_is_decided_again(
    environment: dict[str, str], routes: dict[str, Any], standin: Standin, postgres: Server, tmp_path: Path
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", drafted(), Slow(30, drafted()), drafted())
    wanted = case()
    with serving(folder(tmp_path, "a"), routes, standin, **environment) as one:
        assert one.case()["outcome"] == "automatic"
        with ThreadPoolExecutor(1) as caller:
            cut = caller.submit(one.post, "/v1/cases", wanted)
            until(lambda: len(standin.asked) == 2)
            one.process.kill()
            assert cut.exception(10) is not None
    with serving(folder(tmp_path, "a"), routes, standin, **environment) as again:
        assert again.case(case_id=wanted["case_id"])["outcome"] == "automatic"
    accounts, calls = books(postgres)
    row = spent(accounts)
    states = sorted(call.state for call in calls)
    assert states == ["charged", "settled", "settled"]
    (charged,) = (call for call in calls if call.state == "charged")
    assert charged.amount == charged.reserved > COST
    assert (row.spent, row.leased, row.lost) == (2 * COST + charged.reserved, 0, 0)


def test_a_fleet_never_passes_its_budget_and_says_what_is_left(
    environment: dict[str, str], routes: dict[str, Any], standin: Standin, postgres: Server, tmp_path: Path
) -> None:
    scripted(standin)
    limit = Decimal("0.05")
    tight = {**routes, "budgets": [{"scope": "stack", "name": "*", "window": "month", "limit": str(limit)}]}
    with (
        serving(folder(tmp_path, "a"), tight, standin, **environment) as one,
        serving(folder(tmp_path, "b"), tight, standin, **environment) as other,
    ):

        def asked(served: Served) -> int:
            return served.post("/v1/cases", case())[0]

        with ThreadPoolExecutor(8) as callers:
            statuses = list(callers.map(asked, [one, other] * 150))
        assert set(statuses) == {200, 429}
        # A reservation is more than what its call then costs: what was open when the first was refused comes back.
        for _ in range(300):
            status, refused, headers = one.call("POST", "/v1/cases", json.dumps(case()).encode())
            statuses.append(status)
            left = refused["error"]["budget"] if status == 429 else {"left": limit, "needed": 0}
            if Decimal(left["left"]) < Decimal(left["needed"]):
                break
        assert status == 429
        assert left["resets_at"]
        assert int(headers["retry-after"]) > 0
    row = spent(books(postgres)[0])
    assert row.spent == statuses.count(200) * COST == len(standin.asked) * COST
    assert row.spent * UNIT <= limit


def until(condition: Any) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
