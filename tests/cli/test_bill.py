"""``lockgate bill reconcile``: exit statuses, both forms, bounded memory, and what it refuses."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tracemalloc
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lockgate.cli import functions
from lockgate.cli.main import run

functions.on_path()

from ledger.budget import Budget, Budgets  # noqa: E402 (found by the line above)
from ledger.keeper import Ledger  # noqa: E402
from ledger.money import PER_ONE  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402

NOON = 1795176000.0
DAY = "2026-11-20"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger in which 2 are certain and 1 is not, all of one model on one day."""
    folder = tmp_path_factory.mktemp("ledger")

    async def work() -> None:
        shared = await Sqlite(folder / "ledger.db").open()
        budgets = Budgets([Budget("stack", "*", "day", Decimal(100))], 1)
        ledger = await Ledger(shared, budgets, folder / "journals", clock=lambda: NOON).open()
        ledger.start()
        await ledger.reserve("a", "t", "low", "m", 3 * PER_ONE)
        ledger.settle("a", 2 * PER_ONE)
        await ledger.reserve("b", "t", "low", "m", PER_ONE)
        ledger.charge("b")
        await ledger.reserve("c", "t", "low", "m", 7 * PER_ONE)
        ledger.release("c")
        await ledger.close()
        await shared.close()

    asyncio.run(work())
    return folder / "ledger.db"


def bill(folder: Path, *rows: tuple[str, str, str, str]) -> Path:
    file = folder / "bill.json"
    file.write_text(json.dumps([dict(zip(("day", "model", "cost", "currency"), row, strict=True)) for row in rows]))
    return file


def reconciled(store: Path | str, billing: Path, *options: str) -> int:
    # A later option takes the place of an earlier one.
    common = ["--currency", "EUR", "--at", "2026-12-01"]
    return run(["bill", "reconcile", "--store", str(store), "--billing", str(billing), *common, *options])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


@pytest.mark.parametrize(("cost", "status"), [("1.98", 1), ("2", 0), ("2.5", 0), ("3", 0), ("3.02", 1)])
def test_the_status_says_whether_they_differ(kept: Path, tmp_path: Path, cost: str, status: int) -> None:
    file = bill(tmp_path, (DAY, "m", cost, "EUR"))
    assert reconciled(kept, file) == status
    assert reconciled(kept, file, "--tolerance", "0.02") == 0
    assert reconciled(kept, file, "--format", "json") == status


def test_both_forms_say_the_same(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = bill(tmp_path, (DAY, "m", "3.5", "EUR"), (DAY, "m\u202ex", "1", "EUR"))
    assert reconciled(kept, file, "--month", "2026-11", "--format", "json") == 2, "a name that reorders what is read"
    capsys.readouterr()
    file = bill(tmp_path, (DAY, "m", "3.5", "EUR"), (DAY, "m", "9", "USD"), ("2026-10-31", "m", "4", "EUR"))
    assert reconciled(kept, file, "--month", "2026-11", "--format", "json") == 1
    document = told(capsys)
    sums = [document[name] for name in ("since", "until", "compared_through", "billed", "certain", "uncertain")]
    assert sums == ["2026-11-01", "2026-11-30", "2026-11-28", "3.5", "2", "1"]
    assert [(one["kind"], one["by"], one["currency"]) for one in document["differences"]] == [
        ("currency", "9", "USD"),
        ("unbooked", "0.5", "EUR"),
    ]
    assert document["notes"] == ["1 of 3 rows are of other months, and left out"]
    assert reconciled(kept, file, "--month", "2026-11") == 1
    shown = capsys.readouterr().out
    assert "note: 1 of 3 rows are of other months, and left out\n" in shown
    assert "2026-11-20  m      unbooked  0.50    3.50     2.00       1.00\n" in shown
    assert shown.endswith("\n2 differences of more than 0.01 a day and model\n")
    assert "policies/data/prices.json" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_late_bill_is_told_and_no_difference(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = bill(tmp_path, ("2026-11-18", "m", "0", "EUR"))
    assert reconciled(kept, file, "--at", "2026-11-22", "--format", "json") == 0
    assert [one["kind"] for one in told(capsys)["differences"]] == ["late"]
    assert reconciled(kept, file, "--at", "2026-11-23", "--format", "json") == 1
    assert [one["kind"] for one in told(capsys)["differences"]] == ["overbooked"]


def test_a_bill_that_stops_is_seen(kept: Path, tmp_path: Path) -> None:
    """Without a month the days after the bill's last row count as well."""
    assert reconciled(kept, bill(tmp_path, ("2026-11-01", "m", "0", "EUR"))) == 1


def test_an_empty_bill_of_a_month_that_was_spent_in_is_a_difference(kept: Path, tmp_path: Path) -> None:
    assert reconciled(kept, bill(tmp_path), "--month", "2026-11") == 1


def test_a_bill_of_as_many_rows_as_bq_prints_is_pointed_out(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = bill(tmp_path, *[(DAY, "m", "0.02", "EUR")] * 100)
    assert reconciled(kept, file, "--format", "json") == 0
    assert "--max_rows" in told(capsys)["notes"][0]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--month", "2026-13"], "--month 2026-13: expected a month such as 2026-11"),
        (["--month", "9999-12"], "--month 9999-12: expected a month"),
        (["--month", "2027-01"], "--month 2027-01: has not begun"),
        (["--month", "2026-12"], "nothing can be compared yet"),
        (["--month", "2026-10"], "neither the bill nor the ledger has anything"),
        (["--tolerance", "-1"], "--tolerance -1: expected an amount"),
        (["--tolerance", "NaN"], "--tolerance NaN: expected an amount"),
        (["--tolerance", "1e9"], "--tolerance 1e9: expected an amount"),
        (["--currency", "euro"], "--currency euro: expected the charter's currency"),
        (["--format", "sarif"], "--format sarif: a reconciliation is text or json"),
        (["--at", "yesterday"], "--at yesterday: expected a date"),
    ],
)
def test_a_wrong_call_is_told(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    assert reconciled(kept, bill(tmp_path, (DAY, "m", "2", "EUR")), *options) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert says in " ".join(said.err.split())


def test_a_bad_row_is_named_with_its_file(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconciled(kept, bill(tmp_path, (DAY, "m", "2", "EUR"), (DAY, "m", "NaN", "EUR"))) == 2
    assert "bill.json: row 2: cost is 'NaN'" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "folder"])
def test_a_bill_that_cannot_be_read_is_told(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    assert reconciled(kept, tmp_path if content else tmp_path / "missing.json") == 2
    assert "cannot be read" in capsys.readouterr().err


def test_an_empty_bill_names_no_days(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert reconciled(kept, bill(tmp_path)) == 2
    assert "--month" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.db", ".", "bill.json", "postgresql://127.0.0.1:1/ledger"])
def test_a_store_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    file = bill(tmp_path, (DAY, "m", "2", "EUR"))
    assert reconciled(name if "://" in name else tmp_path / name, file) == 2
    assert capsys.readouterr().err.startswith("lockgate: ")


def test_the_store_is_not_changed(kept: Path, tmp_path: Path) -> None:
    before = kept.read_bytes()
    kept.chmod(0o400)
    assert reconciled(kept, bill(tmp_path, (DAY, "m", "2", "EUR"))) == 0
    kept.chmod(0o600)
    assert kept.read_bytes() == before


def test_memory_does_not_grow_with_the_calls(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def made() -> None:
        await (await Sqlite(tmp_path / "many.db").open()).close()

    asyncio.run(made())
    with sqlite3.connect(tmp_path / "many.db") as database:
        database.execute(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) "
            "INSERT INTO call SELECT 'c' || i, ?, ?, 't', 'low', 'm', 'settled', 30000000, 20000000, 9, 9, 0 FROM n",
            [NOON, NOON],
        )
    database.close()
    file = bill(tmp_path, (DAY, "m", "2", "EUR"))
    assert reconciled(kept, file) == 0, "what is imported is so before it is measured"
    few, many = _peak(kept, file), _peak(tmp_path / "many.db", file)
    assert capsys.readouterr().out.count("certain    2.00") == 3
    assert many < few + 500_000


def _peak(store: Path, file: Path) -> int:
    tracemalloc.start()
    try:
        assert reconciled(store, file) == 0
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
