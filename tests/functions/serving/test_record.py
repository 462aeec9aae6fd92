"""The audit trail that a served router leaves: whole, anchored in its log, and telling all of each case."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from accounts import calls, price, spent, trail
from ledger import export
from ledger.price import Usage
from ledger.sqlite import Sqlite
from ledger.trail import Entry, Fault, verify
from proposals import drafted, scripted
from served import Served, case, serving
from standin import Slow, Standin, Streamed

TURN = {"model": "x", "messages": [{"role": "user", "content": "How long?"}]}
LOW = {**TURN, "metadata": {"amount": "900", "injury": "false"}}


def worked(served: Served, standin: Standin) -> list[str]:
    """Cases of every kind of outcome, by both doors; their ids, in order."""
    scripted(standin)
    wanted = [case(), case(fields={"amount": "6000"}), case(fields={"injury": True}), case(schema="99")]
    answers = [served.post("/v1/cases", one)[1]["case_id"] for one in wanted]
    standin.answers("gemini-flash", 500, 500, 500, drafted())
    answers.append(served.case()["case_id"])
    standin.answers("gemini-flash", Slow(5.0, b""))
    answers.append(served.case()["case_id"])
    standin.answers(
        "gemini-flash", {**drafted(), "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 9000}}
    )
    answers.append(served.case()["case_id"])
    standin.answers("gemini-flash", Streamed("Thirty ", "days."))
    answers.append(served.post("/v1/chat/completions", TURN)[1]["id"])
    said = served.post("/v1/chat/completions", {**LOW, "stream": True})[1]
    answers.append(json.loads(said.partition("\n")[0].removeprefix("data: "))["id"])
    return answers


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> tuple[Path, list[str]]:
    """The folder of a router that worked, was killed, worked again, and ended; and the ids of its cases."""
    folder = tmp_path_factory.mktemp("router")
    low = {**routes["tiers"]["low"], "timeout_seconds": 1, "next_models": ["gemini-lite"]}
    own = {**routes, "business_rules": [], "tiers": {**routes["tiers"], "low": low}}
    with Standin() as standin:
        with serving(folder, own, standin) as served:
            ids = worked(served, standin)
            served.process.kill()
        with serving(folder, own, standin) as served:
            ids += worked(served, standin)
    return folder, ids


def exported(folder: Path) -> bytes:
    async def run() -> bytes:
        written = io.BytesIO()
        store = await Sqlite(folder / "ledger.sqlite").open()
        try:
            await export.export(store, written.write)
        finally:
            await store.close()
        return written.getvalue()

    return asyncio.run(run())


def faults(folder: Path, raw: bytes) -> list[Fault]:
    with (folder / "stdout").open() as log:
        anchors = list(export.anchors(io.StringIO("".join(line for line in log if line.startswith("{")))))
    heads, entries = export.opened(io.BytesIO(raw))
    return list(verify((one for one in entries if isinstance(one, Entry)), heads, anchors))


def test_the_trail_is_whole_and_agrees_with_the_heads_in_the_log(left: tuple[Path, list[str]]) -> None:
    folder, ids = left
    raw = exported(folder)
    assert faults(folder, raw) == []
    assert raw.count(b"\n") > len(ids)


def test_an_edit_is_found(left: tuple[Path, list[str]]) -> None:
    folder, _ = left
    raw = exported(folder)
    edited = raw.replace(b'\\"outcome\\":\\"review\\"', b'\\"outcome\\":\\"automatic\\"', 1)
    assert edited != raw
    assert [fault.what for fault in faults(folder, edited)] == ["was edited: its hash is another one"]


def test_every_case_has_one_entry_and_each_of_its_calls_is_there_as_it_was_booked(
    left: tuple[Path, list[str]],
) -> None:
    folder, ids = left
    entries = trail(folder / "ledger.sqlite")
    assert [entry["case"] for entry in entries] == ids
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as store:
        booked = {name: tuple(rest) for name, *rest in store.execute("SELECT call, model, state, amount FROM call")}
    told = [
        call for entry in entries for call in entry.get("calls", []) if call["state"] not in {"unpriced", "refused"}
    ]
    assert {one["call"]: (one["model"], one["state"], one.get("spent", 0)) for one in told} == booked
    assert sum(one.get("spent", 0) for one in told) == spent(folder / "ledger.sqlite")
    for one in told:
        if one["state"] == "settled":
            assert one["spent"] == price(one["model"], Usage(one["input"], one["output"]))


def test_an_entry_says_what_was_decided_why_and_by_which_rule(left: tuple[Path, list[str]]) -> None:
    folder, _ = left
    entries = trail(folder / "ledger.sqlite")
    automatic, validated, high, unread = entries[:4]
    assert (automatic["outcome"], automatic["tier"], automatic["decision"]["output"]) == (
        "automatic",
        "low",
        {"decision": "pay"},
    )
    assert (validated["outcome"], [call["role"] for call in validated["calls"]]) == ("validated", ["draft", "check"])
    assert (high["outcome"], "decision" in high, high["proposal"]["output"]) == ("review", False, {"decision": "pay"})
    assert any("injury" in why for why in high["why"])
    assert (unread["outcome"], unread["cause"], unread.get("calls", [])) == (
        "review",
        "intake",
        [],
    )
    for entry in entries:
        assert {"case", "tenant", "door", "tier", "why", "outcome", "currency", "input"} <= set(entry)
        assert (entry["tenant"], entry["currency"], len(entry["input"])) == ("claims-triage", "EUR", 64)


def test_the_words_of_a_conversation_are_not_in_the_trail(left: tuple[Path, list[str]]) -> None:
    folder, _ = left
    said = [entry for entry in trail(folder / "ledger.sqlite") if entry["door"] == "chat"]
    assert len(said) == 4
    assert "Thirty" not in json.dumps(said)
    assert said[1]["decision"]["text"].startswith("sha256:")


def test_no_call_was_made_that_no_entry_tells_of(left: tuple[Path, list[str]]) -> None:
    folder, _ = left
    told = sum(len(entry.get("calls", [])) for entry in trail(folder / "ledger.sqlite"))
    unpriced = sum(
        call["state"] == "unpriced" for entry in trail(folder / "ledger.sqlite") for call in entry.get("calls", [])
    )
    assert told - unpriced == len(calls(folder / "ledger.sqlite"))
