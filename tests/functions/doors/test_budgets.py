"""Over budget: a clear 429, the cheaper model where the charter names one, and a new day."""

from __future__ import annotations

import datetime
import json
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from accounts import calls, idle, price, spent
from ledger.price import Usage
from proposals import scripted
from served import case, serving
from standin import Standin
from tokens import CALLER, OTHER, TENANTS, bearer

CLOCK = Path(__file__).parents[1] / "clock"
# What one case of the tests costs, and what is set aside for it: between 0.003 and 0.004 EUR.
ONE = price("gemini-flash", Usage(100, 20))
STACK = {"scope": "stack", "name": "*", "window": "month", "limit": "5000"}


def limited(routes: dict[str, Any], *budgets: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**routes, "budgets": [STACK, *budgets], "business_rules": [], **more}


def budget(scope: str, name: str, limit: str, window: str = "day") -> dict[str, Any]:
    return {"scope": scope, "name": name, "window": window, "limit": limit}


def test_a_budget_is_never_passed_and_the_refusal_says_what_is_left_and_when_it_resets(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    with serving(tmp_path, limited(routes, budget("stack", "*", "0.01")), standin) as served:
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda _: served.post("/v1/cases", case())[0], range(60)))
        assert set(statuses) == {200, 429}
        assert statuses.count(200) == len(standin.asked)
        status, answer, headers = served.call("POST", "/v1/cases", _raw(case()))
    assert (status, answer["error"]["type"], answer["error"]["code"]) == (429, "rate_limit_error", "over-budget")
    said = answer["error"]["budget"]
    today = datetime.datetime.now(datetime.UTC).date()
    tomorrow = datetime.datetime.combine(today, datetime.time(), datetime.UTC) + datetime.timedelta(days=1)
    assert said["budget"] == f"stack/*/day/{today}"
    assert (said["currency"], said["resets_at"]) == ("EUR", tomorrow.isoformat())
    assert Decimal(said["left"]) == Decimal("0.01") - statuses.count(200) * Decimal(ONE).scaleb(-12)
    assert Decimal(said["needed"]) > Decimal(said["left"])
    assert said["left"] in answer["error"]["message"]
    assert 0 < int(headers["retry-after"]) <= 86_400
    assert spent(served.ledger) == spent(served.ledger, "stack/*/day") == statuses.count(200) * ONE
    assert idle(served.ledger) == []


def test_a_case_that_was_over_budget_is_decided_when_there_is_money(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    wanted = case()
    with serving(tmp_path, limited(routes, budget("stack", "*", "0.000001")), standin) as served:
        assert [served.post("/v1/cases", wanted)[0] for _ in range(2)] == [429, 429]
    (tmp_path / "archive").rename(tmp_path / "before")
    raised = limited(routes, budget("stack", "*", "10"), revision=2)
    with serving(tmp_path, raised, standin) as served:
        assert served.post("/v1/cases", wanted)[0] == 200
    assert len(standin.asked) == 1


def test_the_cheaper_model_is_asked_where_the_charter_names_one(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    low = {**routes["tiers"]["low"], "over_budget": "gemini-lite"}
    # Enough for a call of the cheaper model, too little for one of the other.
    own = limited(routes, budget("tier", "low", "0.0016"), tiers={**routes["tiers"], "low": low})
    with serving(tmp_path, own, standin) as served:
        assert served.case()["outcome"] == "automatic"
        assert [call.partition(":")[0] for call, _ in standin.asked] == ["gemini-lite"]
        status, said = served.post("/v1/chat/completions", {**_turn(), "stream": True})
        assert (status, said.endswith("data: [DONE]\n\n")) == (200, True)
        statuses = [served.post("/v1/cases", case())[0] for _ in range(30)]
    assert statuses[-1] == 429, "and the cheaper one has an end too"
    made = calls(served.ledger)
    assert {call.model for call in made} == {"gemini-lite"}
    assert spent(served.ledger, "tier/low/day") == sum(call.amount for call in made) <= 1_600_000_000


@pytest.mark.parametrize("streams", [False, True])
def test_once_money_was_spent_on_a_case_it_has_an_outcome_also_where_the_cheaper_model_is_too_dear(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, *, streams: bool
) -> None:
    scripted(standin)
    (tmp_path / "rich").mkdir()
    (tmp_path / "poor").mkdir()
    with serving(tmp_path / "rich", routes, standin) as served:
        assert served.post("/v1/chat/completions", _turn())[0] == 200
        (call,) = calls(served.ledger)
    low = {**routes["tiers"]["low"], "over_budget": "gemini-lite", "next_models": ["gemini-lite"]}
    # Enough for one call, and not for another of any model.
    limit = (Decimal(call.reserved) + 1) * Decimal("1e-12")
    own = limited(routes, budget("tier", "low", f"{limit:f}"), tiers={**routes["tiers"], "low": low})
    standin.answers("gemini-flash", None)
    with serving(tmp_path / "poor", own, standin) as served:
        status, _ = served.post("/v1/chat/completions", {**_turn(), "stream": streams})
        assert status == 200
        assert (served.log[-1]["outcome"], served.log[-1]["cause"]) == ("fallback", "over-budget")
        assert [call.state for call in calls(served.ledger)] == ["charged"]


def test_the_budget_of_a_tier_is_its_own(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    with serving(tmp_path, limited(routes, budget("tier", "low", "0.000001")), standin) as served:
        assert served.post("/v1/cases", case())[0] == 429
        assert served.post("/v1/cases", case(fields={"amount": "6000"}))[0] == 200
        assert served.post("/v1/cases", case(fields={"injury": True}))[0] == 202


def test_the_budget_of_a_tenant_is_its_own(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    own = limited(routes, budget("tenant", "claims-workflow", "0.000001"), tenants=TENANTS)
    with serving(tmp_path, own, standin, K_SERVICE="router") as served:
        status, answer = served.post("/v1/cases", case(), **bearer(CALLER))
        assert (status, answer["error"]["budget"]["budget"][:22]) == (429, "tenant/claims-workflow")
        assert served.post("/v1/cases", case(), **bearer(OTHER))[0] == 200


@pytest.mark.parametrize("stream", [False, True])
def test_a_conversation_over_budget_is_refused_as_openais_clients_know_it(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, stream: bool
) -> None:
    scripted(standin)
    with serving(tmp_path, limited(routes, budget("stack", "*", "0.000001")), standin) as served:
        for _ in range(2):
            status, answer = served.post("/v1/chat/completions", {**_turn(), "stream": stream}, Idempotency_Key="t-1")
            assert (status, answer["error"]["type"], answer["error"]["code"]) == (
                429,
                "rate_limit_error",
                "over-budget",
            )
    assert standin.asked == []


def test_a_day_ends_and_its_budget_begins_again(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    clock = tmp_path / "offset"
    clock.write_text("0")
    moved = {"PYTHONPATH": str(CLOCK), "CLOCK_OFFSET": str(clock)}
    with serving(tmp_path, limited(routes, budget("stack", "*", "0.004")), standin, **moved) as served:
        left = 86_400 - time.time() % 86_400
        clock.write_text(str(left - 30))
        statuses = [served.post("/v1/cases", case())[0] for _ in range(5)]
        _, answer, headers = served.call("POST", "/v1/cases", _raw(case()))
        assert (statuses[0], statuses[-1]) == (200, 429)
        assert 0 < int(headers["retry-after"]) <= 31
        clock.write_text(str(left + 1))
        assert served.post("/v1/cases", case())[0] == 200
        assert answer["error"]["budget"]["budget"].startswith("stack/*/day/")
    made = calls(served.ledger)
    assert spent(served.ledger) == sum(call.amount for call in made)


def _turn() -> dict[str, Any]:
    return {
        "model": "x",
        "messages": [{"role": "user", "content": "How long is the notice?"}],
        "metadata": {"amount": "900", "injury": "false"},
    }


def _raw(document: object) -> bytes:
    return json.dumps(document).encode()
