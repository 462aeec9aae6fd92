"""What is beside the models fails: the case has its outcome in time all the same, or is not decided at all."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from accounts import calls, spent
from proposals import scripted
from served import Served, case, serving
from standin import Standin, Streamed, generated

SECONDS = 1
# To record the outcome on a busy machine.
SLACK = 1.5
# serving.router.DURABLE_SECONDS
RECORDED = 10.0


@pytest.fixture
def hurried(routes: dict[str, Any]) -> dict[str, Any]:
    """Routes of one second a role; the longest way has two roles."""
    tiers = {name: {**route, "timeout_seconds": SECONDS} for name, route in routes["tiers"].items()}
    return {**routes, "tiers": tiers}


def timed(served: Served, **changes: Any) -> tuple[dict[str, Any], float]:
    started = time.monotonic()
    answer = served.case(**changes)
    return answer, time.monotonic() - started


@pytest.mark.parametrize("change", [{}, {"fields": {"amount": "6000"}}], ids=["low", "medium"])
@pytest.mark.parametrize("service", ["storage", "token"])
def test_a_service_that_hangs_ends_in_the_fallback_in_time_and_costs_nothing(
    tmp_path: Path, hurried: dict[str, Any], standin: Standin, service: str, change: dict[str, Any]
) -> None:
    scripted(standin)
    standin.hung = {service}
    with serving(tmp_path, hurried, standin) as served:
        answer, seconds = timed(served, **change)
        assert (answer["outcome"], answer["cause"]) == ("fallback", "stops-unknown")
        assert seconds < 2 * SECONDS + SLACK
        standin.hung.clear()
        _until(served)
    assert [call.state for call in calls(served.ledger)] == ["settled"]


def test_a_token_that_does_not_come_is_no_call(tmp_path: Path, hurried: dict[str, Any], standin: Standin) -> None:
    """The record and the switch are known, and then the metadata server gives no token any more."""
    scripted(standin)
    standin.expires_in = 1
    with serving(tmp_path, hurried, standin) as served:
        assert served.case()["outcome"] == "automatic"
        standin.hung = {"token"}
        time.sleep(1.1)
        answer, seconds = timed(served)
        assert (answer["outcome"], answer["cause"]) == ("fallback", "no-token")
        assert seconds < SECONDS + SLACK
        standin.hung.clear()
    assert [call.state for call in calls(served.ledger)] == ["settled", "released"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_token_that_is_about_to_expire_is_used_while_the_next_does_not_come(
    tmp_path: Path, hurried: dict[str, Any], standin: Standin, stream: bool
) -> None:
    standin.expires_in = 100  # google-auth renews a token in its last minutes (3:45)
    standin.answers("gemini-flash", *([Streamed("Thirty ", "days.")] if stream else [generated("Thirty days.")]))
    known = {"amount": "900", "injury": "false"}
    turn = {"model": "x", "messages": [{"role": "user", "content": "How long?"}], "metadata": known, "stream": stream}
    with serving(tmp_path, {**hurried, "business_rules": []}, standin) as served:
        assert served.post("/v1/chat/completions", turn)[0] == 200
        standin.hung = {"token"}
        time.sleep(1.1)
        started = time.monotonic()
        assert "Thirty" in str(served.post("/v1/chat/completions", turn)[1])
        assert time.monotonic() - started < SLACK
        standin.hung.clear()
    assert [call.state for call in calls(served.ledger)] == ["settled", "settled"]


@contextmanager
def locked(ledger: Path) -> Iterator[None]:
    """Nobody else can write to the store."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as store:
        store.execute("BEGIN IMMEDIATE")
        yield
        store.execute("ROLLBACK")


def test_no_answer_leaves_before_its_line_of_the_log_is_written(
    tmp_path: Path, hurried: dict[str, Any], standin: Standin
) -> None:
    """Cases of one commit, whose lines are written together."""
    scripted(standin)

    def told(_: int) -> tuple[str, list[str]]:
        answer = served.case()
        return answer["case_id"], [entry["case_id"] for entry in served.log]

    with serving(tmp_path, hurried, standin) as served, ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(told, range(64)))
        lines = [entry["case_id"] for entry in served.log]
    assert all(case_id in known for case_id, known in answers)
    assert sorted(lines) == sorted(case_id for case_id, _ in answers)


def test_a_store_that_hangs_decides_nothing_and_says_so(
    tmp_path: Path, hurried: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    with serving(tmp_path, hurried, standin) as served:
        served.case()
        wanted = case()
        with locked(served.ledger):
            started = time.monotonic()
            status, answer, headers = served.call("POST", "/v1/cases", _raw(wanted))
            assert (status, answer["error"]["code"], headers["retry-after"]) == (503, "ledger", "5")
            assert time.monotonic() - started < RECORDED + 2 * SLACK
            assert len(standin.asked) == 1, "what could not be claimed is asked of nobody"
        for _ in range(40):
            status, answer, _ = served.call("POST", "/v1/cases", _raw(wanted))
            if status == 200:
                break
            time.sleep(0.25)
        assert (status, answer["outcome"]) == (200, "automatic")
    assert len(standin.asked) == 2
    assert spent(served.ledger) == sum(call.amount for call in calls(served.ledger))


def _until(served: Served) -> None:
    """The router decides again as soon as it can look again."""
    for _ in range(60):
        if served.case()["outcome"] == "automatic":
            return
        time.sleep(0.25)
    raise AssertionError("it did not recover within fifteen seconds")


def _raw(document: object) -> bytes:
    return json.dumps(document).encode()
