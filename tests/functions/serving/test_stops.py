"""What stops the router: the limit of what may be spent, an operator's switch, and not knowing either."""

from __future__ import annotations

import datetime
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from proposals import drafted, scripted
from served import Served, case, serving
from standin import Slow, Standin, generated

Both = tuple[Served, Standin]
LOW: dict[str, Any] = {}
MEDIUM = {"fields": {"amount": "6000"}}
# switch.state.FRESH, and a moment for the reading.
FOLLOWED = 6.0


def stop(**changes: Any) -> dict[str, Any]:
    now = datetime.datetime.now(datetime.UTC)
    return {"by": "ops@example.com", "at": now.isoformat(), "why": "a wrong model", "until": None, **changes}


def switch(standin: Standin, document: Any) -> None:
    """Write switch.json as ``lockgate switch`` does."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    _, generation = standin.objects.get("switch.json", (b"", 0))
    standin.objects["switch.json"] = raw, generation + 1


def cause(served: Served, change: dict[str, Any]) -> str | None:
    return served.case(**change).get("cause")


def until(served: Served, change: dict[str, Any], expected: str | None) -> float:
    """Seconds until a case of this kind has this cause."""
    started = time.monotonic()
    while cause(served, change) != expected:
        assert time.monotonic() - started < FOLLOWED, f"no {expected} within {FOLLOWED} seconds"
        time.sleep(0.2)
    return time.monotonic() - started


def test_a_pause_a_stop_and_a_resumption_are_followed_within_five_seconds(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    with serving(tmp_path, routes, standin) as served:
        assert (cause(served, LOW), cause(served, MEDIUM)) == (None, None)
        switch(standin, {"format": "lockgate.switch/1", "stopped": None, "paused": {"low": stop()}})
        until(served, LOW, "paused")
        assert cause(served, MEDIUM) is None, "a pause is of one tier"
        switch(standin, {"format": "lockgate.switch/1", "stopped": stop(), "paused": {}})
        until(served, MEDIUM, "stopped")
        assert cause(served, LOW) == "stopped"
        assert served.post("/probe", b"")[0] == 503
        known = len(standin.asked)
        status, answer = served.post("/v1/chat/completions", {"model": "x", "messages": [_said("Hello")]})
        assert (status, answer["lockgate"]["outcome"], answer["lockgate"]["cause"]) == (200, "fallback", "stopped")
        assert len(standin.asked) == known, "no model is asked"
        switch(standin, {"format": "lockgate.switch/1"})
        until(served, LOW, None)
        switch(standin, b'{"format": "lockgate.switch/1", "stop')
        until(served, LOW, "switch-unknown")


@pytest.fixture
def doubtful(routes: dict[str, Any], standin: Standin) -> dict[str, Any]:
    """Routes under which a draft raises each case to the medium tier, whose checker has a price."""
    scripted(standin)
    standin.answers("gemini-flash", drafted(confidence=0.3))
    standin.answers("gemini-lite", generated('{"agrees": true, "reasons": []}'))
    tiers = routes["tiers"]
    return {**routes, "tiers": {**tiers, "medium": {**tiers["medium"], "checker": "gemini-lite"}}}


def test_a_case_that_its_draft_raised_stops_with_the_tier_that_it_came_to(
    tmp_path: Path, doubtful: dict[str, Any], standin: Standin
) -> None:
    with serving(tmp_path, doubtful, standin) as served:
        assert served.case()["outcome"] == "validated"
        switch(standin, {"format": "lockgate.switch/1", "stopped": None, "paused": {"medium": stop()}})
        until(served, LOW, "paused")
        known = len(standin.asked)
        answer = served.case()
    assert (answer["tier"], answer["outcome"], answer["cause"]) == ("medium", "fallback", "paused")
    assert answer["proposal"] is not None
    assert [call for call, _ in standin.asked[known:]] == ["gemini-flash:generateContent"]


def test_a_case_that_its_draft_raised_is_paid_for_by_the_tier_that_it_came_to(
    tmp_path: Path, doubtful: dict[str, Any], standin: Standin
) -> None:
    nothing = {"scope": "tier", "name": "medium", "window": "day", "limit": "0.000001"}
    with serving(tmp_path, {**doubtful, "budgets": [*doubtful["budgets"], nothing]}, standin) as served:
        answer = served.case()
    assert (answer["tier"], answer["outcome"], answer["cause"]) == ("medium", "fallback", "over-budget")
    assert [call for call, _ in standin.asked] == ["gemini-flash:generateContent"]


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"format": "lockgate.switch/1", "paused": {"low": stop(until="2026-01-01T00:00:00Z")}}, None),
        ({"format": "lockgate.switch/1", "paused": {"low": stop(until="2999-01-01T00:00:00Z")}}, "paused"),
        ({"format": "lockgate.switch/1", "stopped": stop(until="2999-01-01T00:00:00+14:00")}, "stopped"),
        ({"format": "lockgate.switch/2"}, "switch-unknown"),
        ({"format": "lockgate.switch/1", "paused": {"lower": stop()}}, "switch-unknown"),
        ({"format": "lockgate.switch/1", "paused": {"high": {"by": "x"}}}, "switch-unknown"),
        ({"format": "lockgate.switch/1", "paused": {"high": stop(until="tomorrow")}}, "switch-unknown"),
        ({"format": "lockgate.switch/1", "stoped": stop()}, "switch-unknown"),
        ({"format": "lockgate.switch/1", "stopped": stop(at="2026-11-22T10:00:00")}, "switch-unknown"),
        ([], "switch-unknown"),
        (b"", "switch-unknown"),
        (b"\xff\xfe{}", "switch-unknown"),
        (
            json.dumps({"format": "lockgate.switch/1", "stopped": stop(why="f\xfcr")}, ensure_ascii=False).encode(
                "latin-1"
            ),
            "switch-unknown",
        ),
        (b"[" * 100_000, "switch-unknown"),
    ],
    # A document has the time in it, and would have another name in each worker.
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nonsense_in_the_switch_stops_all(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, document: Any, expected: str | None
) -> None:
    scripted(standin)
    switch(standin, document)
    with serving(tmp_path, routes, standin) as served:
        assert cause(served, LOW) == expected
        if expected == "switch-unknown":
            assert cause(served, MEDIUM) == expected
            assert standin.asked == []


def test_unknown_spend_stops_the_router_until_it_is_known(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    standin.storage_status = 403
    with serving(tmp_path, routes, standin) as served:
        assert cause(served, LOW) == "spend-unknown"
        assert standin.asked == []
        standin.storage_status = None
        assert served.case()["outcome"] == "automatic"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"cost": 4999.99}, None),
        ({"cost": 5000}, "spend-limit"),
        ({"cost": 1, "currency": "USD"}, "spend-limit"),
        ({"cost": "1"}, "spend-unknown"),
        ({"format": "lockgate.spend/2"}, "spend-unknown"),
    ],
    ids=str,
)
def test_the_spend_record_is_kept_to(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, record: dict[str, Any], expected: str | None
) -> None:
    scripted(standin)
    whole = {"interval_start": "2026-11-01T07:00:00Z", "cost": 0, "currency": "EUR", "format": "lockgate.spend/1"}
    standin.objects["spend.json"] = json.dumps({**whole, **record}).encode(), 1
    with serving(tmp_path, routes, standin) as served:
        assert cause(served, LOW) == expected


def test_a_fallback_that_refuses_shows_no_proposal(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    standin.answers("gemma", 400)
    refusing = {**routes, "fallback": {"action": "refuse", "description": "The assistant is away."}}
    with serving(tmp_path, refusing, standin) as served:
        status, answer, headers = served.call("POST", "/v1/cases", json.dumps(_medium()).encode())
    assert (status, answer["outcome"], answer["description"]) == (200, "fallback", "The assistant is away.")
    assert ("proposal" in answer, "decision" in answer, "location" in headers) == (False, False, False)


def _said(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def _medium() -> dict[str, Any]:
    return case(**MEDIUM)


def test_a_case_under_way_asks_no_further_model_once_it_is_stopped(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", Slow(FOLLOWED, drafted()))
    low = {**routes["tiers"]["low"], "next_models": ["gemini-lite"], "timeout_seconds": 30}
    medium = {**routes["tiers"]["medium"], "timeout_seconds": 30}
    own = {**routes, "tiers": {**routes["tiers"], "low": low, "medium": medium}}
    with serving(tmp_path, own, standin) as served, ThreadPoolExecutor(2) as callers:
        cases = [callers.submit(served.case, **changes) for changes in (LOW, MEDIUM)]
        while len(standin.asked) < 2:
            time.sleep(0.02)
        switch(standin, {"format": "lockgate.switch/1", "stopped": stop(), "paused": {}})
        answers = [one.result() for one in cases]
    assert [(answer["outcome"], answer["cause"]) for answer in answers] == [("fallback", "stopped")] * 2
    assert {call for call, _ in standin.asked} == {"gemini-flash:generateContent"}


def test_the_next_model_is_not_asked_after_a_stop(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    standin.answers("gemini-flash", Slow(FOLLOWED, 500))
    low = {**routes["tiers"]["low"], "next_models": ["gemini-lite"], "timeout_seconds": 30}
    own = {
        **routes,
        "tiers": {**routes["tiers"], "low": low},
        "retries": {**routes["retries"], "share": 0.0, "most": 1},
    }
    with serving(tmp_path, own, standin) as served, ThreadPoolExecutor(1) as callers:
        answer = callers.submit(served.case)
        while not standin.asked:
            time.sleep(0.02)
        switch(standin, {"format": "lockgate.switch/1", "stopped": stop(), "paused": {}})
        assert (answer.result()["outcome"], answer.result()["cause"]) == ("fallback", "stopped")
    assert {call for call, _ in standin.asked} == {"gemini-flash:generateContent"}


@pytest.mark.parametrize(("bucket", "expected"), [("switch", "switch-unknown"), ("state", "spend-unknown")])
def test_a_bucket_that_is_not_there_is_no_object_that_nobody_wrote(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, bucket: str, expected: str
) -> None:
    standin.no_buckets = {bucket}
    with serving(tmp_path, routes, standin) as served:
        assert cause(served, LOW) == expected
    assert standin.asked == []
