"""``lockgate budget left``: what it says while routers run, exit statuses, both forms, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from lockgate.cli import functions
from lockgate.cli.main import run

functions.on_path()

from ledger import store as stores  # noqa: E402 (found by the line above)
from ledger.budget import Budget, Budgets  # noqa: E402
from ledger.keeper import Ledger  # noqa: E402
from ledger.money import PER_ONE  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402

NOON = 1795176000.0  # 2026-11-20
BUDGETS = [
    Budget("stack", "*", "month", Decimal(100)),
    Budget("tenant", "desk", "day", Decimal(3)),
    Budget("tenant", "*", "day", Decimal(7)),
]


async def kept(folder: Path, *, closed: bool = True, gone: bool = False) -> Path:
    """A ledger in which tenant desk has spent its day's three, and tenant other one of its seven."""
    shared = await Sqlite(folder / "ledger.db").open()
    ledger = await Ledger(shared, Budgets(BUDGETS, 1), folder / "journals", clock=lambda: NOON).open()
    ledger.start()
    await ledger.reserve("a", "desk", "low", "m", 3 * PER_ONE)
    ledger.settle("a", 3 * PER_ONE)
    await ledger.reserve("b", "other", "low", "m", 2 * PER_ONE)
    ledger.settle("b", PER_ONE + 1)
    await ledger.exchange()
    if closed:
        await ledger.close()
    if gone:
        assert await shared.run(stores.give_up(-1.0, NOON)) is not None
    await shared.close()
    return folder / "ledger.db"


def left(store: Path | str, *options: str) -> int:
    return run(["budget", "left", "--store", str(store), "--at", "2026-11-20", *options])


def rows(said: str) -> dict[str, dict[str, str]]:
    return {f"{one['scope']}/{one['name']}": one for one in json.loads(said)["budgets"]}


def test_both_forms_say_what_is_spent_and_what_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = asyncio.run(kept(tmp_path))
    assert left(store) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "2026-11-20 (UTC), in the charter's currency"
    cells = {" ".join(line.split()[:-7]): line.split()[-7:] for line in said[3:6]}
    assert cells["stack"] == ["month", "100.0000", "4.0001", "0.0000", "0.0000", "95.9999", "2026-12-01"]
    assert cells["tenant desk"] == ["day", "3.0000", "3.0000", "0.0000", "0.0000", "0.0000", "2026-11-21"]
    assert cells["tenant other"] == ["day", "7.0000", "1.0001", "0.0000", "0.0000", "5.9999", "2026-11-21"]
    assert said[-1] == "1 of 3 with nothing left"
    assert left(store, "--format", "json") == 1
    document = capsys.readouterr().out
    assert json.loads(document)["format"] == "lockgate.budget/1"
    assert rows(document)["tenant/other"] == {
        **{"scope": "tenant", "name": "other", "window": "day", "first_day": "2026-11-20", "limit": "7"},
        **{"spent": "1.000000000001", "held": "0", "lost": "0", "left": "5.999999999999", "starts_again": "2026-11-21"},
    }


def test_what_a_router_holds_is_neither_spent_nor_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    left(asyncio.run(kept(tmp_path, closed=False)), "--format", "json")
    other = rows(capsys.readouterr().out)["tenant/other"]
    assert Decimal(other["held"]) > 0
    assert sum(Decimal(other[name]) for name in ("spent", "held", "lost", "left")) == 7


def test_what_died_without_a_trace_is_said_to_be_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = asyncio.run(kept(tmp_path, closed=False, gone=True))
    left(store)
    assert "lost: leased to processes that died without a trace." in capsys.readouterr().out
    left(store, "--format", "json")
    assert Decimal(rows(capsys.readouterr().out)["tenant/other"]["lost"]) > 0


def test_a_day_has_its_own_budgets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = asyncio.run(kept(tmp_path))
    assert left(store, "--at", "2026-11-21", "--format", "json") == 0
    assert list(rows(capsys.readouterr().out)) == ["stack/*"]
    assert left(store, "--at", "2026-12-01") == 0
    assert "No budget has been drawn on in this period" in capsys.readouterr().out


def test_more_spent_than_the_limit_is_below_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = asyncio.run(kept(tmp_path))
    with sqlite3.connect(store) as changed:
        changed.execute("UPDATE account SET ceiling = ? WHERE account LIKE 'stack/%'", [PER_ONE])
    assert left(store) == 1
    assert "-3.0001" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--format", "csv"], "--format csv: what is left is text or json"),
        (["--at", "yesterday"], "--at yesterday: expected a date"),
        (["--store", "nothing.db"], "nothing.db: is no file"),
    ],
)
def test_a_wrong_call_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert left(asyncio.run(kept(tmp_path)), *options) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["stack/*/month", "stack/*/year/2026-11-01", "stack/*/day/soon", "stack/*/day/2026-11-20T12:00", "a\nb", ""]
)
def test_a_store_with_an_account_that_is_none_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    store = asyncio.run(kept(tmp_path))
    with sqlite3.connect(store) as changed:
        changed.execute("UPDATE account SET account = ? WHERE account LIKE 'stack/%'", [name])
    assert left(store) == 2
    assert "expected scope/name/window/first day" in capsys.readouterr().err


@pytest.mark.parametrize("column", ["ceiling = 'much'", "spent = 1e400", "account = x'00ff'"])
def test_a_store_that_is_none_of_a_routers_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], column: str
) -> None:
    store = asyncio.run(kept(tmp_path))
    with sqlite3.connect(store) as changed:
        changed.execute("PRAGMA ignore_check_constraints = ON")
        changed.execute(f"UPDATE account SET {column} WHERE account LIKE 'stack/%'")  # noqa: S608
    assert left(store) == 2
    assert "the ledger's store" in capsys.readouterr().err


def test_a_name_cannot_speak_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = asyncio.run(kept(tmp_path))
    with sqlite3.connect(store) as changed:
        changed.execute("UPDATE account SET account = replace(account, 'other', 'x\x1b[31m\u202e')")
    left(store)
    assert not {"\x1b", "\u202e"} & set(capsys.readouterr().out)


@pytest.mark.parametrize("dsn", ["postgresql://a:secret@127.0.0.1/x", "postgresql://a@127.0.0.1:99999/x"])
def test_an_address_that_cannot_be_is_refused_without_its_password(
    capsys: pytest.CaptureFixture[str], dsn: str
) -> None:
    assert left(dsn) == 2
    assert "secret" not in capsys.readouterr().err
