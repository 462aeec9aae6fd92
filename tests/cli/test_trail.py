"""``lockgate trail``: out of a store, against anchors, in bounded memory; every fault is named."""

from __future__ import annotations

import asyncio
import json
import sys
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from lockgate.cli import functions
from lockgate.cli.main import run

functions.on_path()

from ledger import export, trail  # noqa: E402 (found by the line above)
from ledger.budget import Budget, Budgets  # noqa: E402
from ledger.keeper import Ledger  # noqa: E402
from ledger.sqlite import Sqlite  # noqa: E402
from ledger.trail import Head  # noqa: E402

NOTES = 5


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with ``ledger.db`` of a process that left, ``trail.jsonl``, and ``anchors.jsonl`` from before."""

    async def work() -> None:
        shared = await Sqlite(tmp_path / "ledger.db").open()
        ledger = await Ledger(
            shared, Budgets([Budget("stack", "*", "day", Decimal(1))], 1), tmp_path / "journals"
        ).open()
        ledger.start()
        for number in range(NOTES):
            ledger.note("case", b'{"number":%d}' % number)
        await ledger.durable()
        (tmp_path / "anchors.jsonl").write_bytes(export.anchor(await ledger.heads()) + b"\n")
        await ledger.close()
        await shared.close()

    asyncio.run(work())
    assert run(["trail", "export", "--store", str(tmp_path / "ledger.db"), "--out", str(tmp_path / "trail.jsonl")]) == 0
    return tmp_path


def verified(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, list[str]]:
    capsys.readouterr()
    status = run(["trail", "verify", *map(str, arguments)])
    said = capsys.readouterr()
    return status, (said.out + said.err).splitlines()


def edited(folder: Path, change: Callable[[list[bytes]], object]) -> Path:
    lines = (folder / "trail.jsonl").read_bytes().splitlines(keepends=True)
    change(lines)
    file = folder / "edited.jsonl"
    file.write_bytes(b"".join(lines))
    return file


def test_a_trail_is_whole(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(capsys, kept / "trail.jsonl") == (0, ["7 entries in 2 chains: whole"])
    held = verified(capsys, kept / "trail.jsonl", "--anchors", kept / "anchors.jsonl")
    assert held == (0, ["7 entries in 2 chains, held against 2 anchors: whole"])


def test_the_store_is_not_changed_by_an_export(kept: Path) -> None:
    assert run(["trail", "export", "--store", str(kept / "ledger.db"), "--out", str(kept / "again.jsonl")]) == 0
    assert (kept / "again.jsonl").read_bytes() == (kept / "trail.jsonl").read_bytes()
    assert sorted(file.name for file in kept.glob("*.jsonl")) == ["again.jsonl", "anchors.jsonl", "trail.jsonl"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines.pop(4), "chain 1, entry 3: follows entry 1: entries are missing or out of order"),
        (lambda lines: lines.insert(4, lines.pop(5)), "chain 1, entry 3: follows entry 1"),
        (lambda lines: lines.insert(1, lines.pop(5)), "comes after chain 1: entries are out of order"),
        (lambda lines: lines.__setitem__(3, lines[3].replace(b"number", b"numbre")), "chain 1, entry 1: was edited"),
        (lambda lines: lines.__setitem__(3, b"{}\n"), "line 4: is no entry"),
        (lambda lines: lines.pop(), "ends here, but the store's head says that it ends at 5"),
        (lambda lines: lines.pop(2), "ends here, but the store's head says that it ends at 2"),
    ],
)
def test_each_fault_is_named(
    kept: Path, capsys: pytest.CaptureFixture[str], change: Callable[[list[bytes]], object], says: str
) -> None:
    status, said = verified(capsys, edited(kept, change))
    assert status == 1
    assert any(says in line for line in said), said


def test_a_trail_that_was_cut_with_its_heads_is_found_by_the_anchors(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut(lines: list[bytes]) -> None:
        """As if the process had written three entries, and not left yet."""
        entries = [export.parse(line) for line in lines[1:]]
        kept = [entry for entry in entries if (entry.chain, entry.sequence) not in {(0, 2), (1, 4), (1, 5)}]
        heads = [trail.head(kept[0]), trail.head(kept[-1])]
        first = {"format": "lockgate.trail/1", "heads": [json.loads(export.anchor([one]))["heads"][0] for one in heads]}
        lines[:] = [json.dumps(first).encode() + b"\n", *(export.line(entry) + b"\n" for entry in kept)]

    file = edited(kept, cut)
    assert verified(capsys, file) == (0, ["4 entries in 2 chains: whole"])
    status, said = verified(capsys, file, "--anchors", kept / "anchors.jsonl")
    assert status == 1
    assert said[0] == "chain 1, entry 5: is missing, although an anchor was written down for it"


@pytest.mark.parametrize("name", ["missing.jsonl", ".", "anchors.jsonl", "ledger.db"])
def test_what_is_no_export_is_bad_input(kept: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    status, said = verified(capsys, kept / name)
    assert status == 2
    assert said[0].startswith("lockgate: ")
    assert name in said[0]


@pytest.mark.parametrize("text", ["", "[]", '[{"textPayload": "x"}]', "no JSON", "\udcff"])
def test_anchors_that_hold_nothing_are_bad_input(kept: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (kept / "none.json").write_text(text, errors="surrogateescape")
    status, said = verified(capsys, kept / "trail.jsonl", "--anchors", kept / "none.json")
    assert status == 2
    assert "none.json" in said[0]


@pytest.mark.parametrize(
    "store", ["missing.db", ".", "trail.jsonl", "postgresql://127.0.0.1:1/ledger", "postgresql://["]
)
def test_a_store_that_cannot_be_read_is_bad_input(kept: Path, capsys: pytest.CaptureFixture[str], store: str) -> None:
    where = store if "://" in store else str(kept / store)
    assert run(["trail", "export", "--store", where, "--out", str(kept / "out.jsonl")]) == 2
    assert capsys.readouterr().err.startswith("lockgate: ")
    assert not (kept / "out.jsonl").exists()


def test_memory_is_bounded_by_the_chains_and_not_by_the_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps({"text": "x" * 2000}).encode()
    joined = trail.append(trail.start(0), 0.0, "joined", b'{"chain":1,"name":"p"}')
    last: Head = trail.start(1, joined.hash)
    file = tmp_path / "long.jsonl"
    with file.open("wb") as out:
        entries = [export.line(joined)]
        for _ in range(10_000):
            entry = trail.append(last, 0.0, "case", body)
            entries.append(export.line(entry))
            last = trail.head(entry)
        heads = json.loads(export.anchor([trail.head(joined), last]))["heads"]
        out.write(json.dumps({"format": "lockgate.trail/1", "heads": heads}).encode() + b"\n")
        out.writelines(line + b"\n" for line in entries)
    del entries
    tracemalloc.start()
    try:
        assert run(["trail", "verify", str(file)]) == 0
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert file.stat().st_size > 20_000_000
    assert peak < 3_000_000
    assert capsys.readouterr().out == "10001 entries in 2 chains: whole\n"


def test_the_functions_are_last_on_the_path() -> None:
    folder = str(Path(__file__).resolve().parents[2] / "functions")
    before = [place for place in sys.path if place != folder]
    sys.path[:] = before
    functions.on_path()
    functions.on_path()
    assert sys.path == [*before, folder]
