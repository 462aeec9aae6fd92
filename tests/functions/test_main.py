"""The entry points, served by functions-framework as Cloud Functions serves them."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from accounts import calls, idle, spent, trail
from proposals import drafted, scripted
from served import Served, case, serving
from standin import Slow, Standin, Streamed

Both = tuple[Served, Standin]
CLOUD_EVENT = {
    "ce-id": "1",
    "ce-source": "//pubsub.googleapis.com/projects/example/topics/budget",
    "ce-specversion": "1.0",
    "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
    "content-type": "application/json",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[Both]:
    """The router, served by functions-framework."""
    own = {**routes, "business_rules": []}
    folder = tmp_path_factory.mktemp("router")
    with Standin() as standin, serving(folder, own, standin, server="framework") as served:
        yield served, standin


def test_a_case_is_decided(router: Both) -> None:
    served, _ = router
    assert served.case()["outcome"] == "automatic"
    assert (served.log[-1]["event"], served.log[-1]["tokens"]) == ("case", 120)
    assert "Erika" not in json.dumps(served.log)


def test_a_case_for_a_person_has_its_status_and_address(router: Both) -> None:
    served, _ = router
    status, answer, headers = served.call("POST", "/v1/cases", json.dumps(case(fields={"injury": True})).encode())
    assert (status, headers["location"]) == (202, answer["address"])
    assert served.call("GET", answer["address"])[1]["state"] == "waiting"


def test_a_conversation_is_streamed(router: Both) -> None:
    served, standin = router
    standin.answers("gemini-flash", Streamed("Thirty ", "days, ", "and no more."))
    client = openai.OpenAI(base_url=f"{served.url}/v1", api_key="identity-token", max_retries=0)
    chunks = list(
        client.chat.completions.create(
            model="claims-triage",
            messages=[{"role": "user", "content": "How long is the notice?"}],
            metadata={"amount": "900", "injury": "false"},
            stream=True,
        )
    )
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices[0].delta.content]
    assert texts == ["Thirty ", "days, ", "and no more."]


def test_refusals_are_the_same(router: Both) -> None:
    served, _ = router
    status, answer, headers = served.call("PUT", "/v1/cases", b"")
    assert (status, answer["error"]["code"], headers["allow"]) == (405, "method", "POST")
    assert served.post("/v1/cases", b"{")[0] == 400
    assert served.post("/v1/cases", b"x" * 300_000)[0] == 413
    assert served.call("GET", "/nowhere")[0] == 404


def test_the_probe_asks_no_model(router: Both) -> None:
    served, standin = router
    assert served.post("/probe", b"") == (200, {"ready": True, "cause": None})
    assert (standin.asked, served.log[-1]["event"]) == ([], "probe")


@pytest.mark.parametrize("server", ["framework", "uvicorn"])
def test_a_router_that_ends_gives_back_what_it_did_not_spend(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, server: Any
) -> None:
    scripted(standin)
    with serving(tmp_path, routes, standin, server=server) as served:
        for _ in range(3):
            served.case()
    assert served.process.returncode in {0, -15}
    assert idle(served.ledger) == []
    assert spent(served.ledger) == sum(call.amount for call in calls(served.ledger))
    assert len(trail(served.ledger, "left")) == 1, "the register says where its chain ended"
    anchor = json.loads((tmp_path / "stdout").read_text().splitlines()[-1])
    assert anchor["event"] == "anchor"


@pytest.mark.parametrize("server", ["framework", "uvicorn"])
def test_a_case_that_is_under_way_is_answered_before_the_router_ends(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, server: Any
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", Slow(1.0, drafted()))
    with serving(tmp_path, routes, standin, server=server) as served, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(served.case)
        while not standin.asked:
            time.sleep(0.02)
        served.process.terminate()
        assert asked.result(10)["outcome"] == "automatic"
        served.process.wait(15)
    assert [call.state for call in calls(served.ledger)] == ["settled"]
    assert idle(served.ledger) == []


def notified(cost: float, **changes: Any) -> bytes:
    """A budget notification, as Pub/Sub pushes it."""
    notification = {
        "budgetDisplayName": "claims-triage production",
        "costAmount": cost,
        "costIntervalStart": "2026-11-01T07:00:00Z",
        "budgetAmount": 5000.0,
        "budgetAmountType": "SPECIFIED_AMOUNT",
        "currencyCode": "EUR",
        **changes,
    }
    attributes = {"billingAccountId": "01AB23", "budgetId": "b", "schemaVersion": "1.0"}
    message = {"attributes": attributes, "data": b64encode(json.dumps(notification).encode()).decode()}
    return json.dumps({"message": message, "subscription": "s"}).encode()


def test_the_spend_guard_stops_the_router(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    (tmp_path / "guard").mkdir()
    # The guard's own environment: it has neither a ledger nor a switch, and needs none.
    without = dict.fromkeys(("LEDGER_FILE", "SWITCH_BUCKET", "MODEL_ARMOR_TEMPLATE", "JOURNAL_DIR"), "-")
    with serving(tmp_path / "guard", routes, standin, target="spend_guard", server="framework", **without) as guard:
        assert guard.post("/", notified(100), **CLOUD_EVENT)[0] == 200
        assert guard.log[-1]["outcome"] == "open"
        assert guard.post("/", notified(5000), **CLOUD_EVENT)[0] == 200
        assert (guard.log[-1]["severity"], guard.log[-1]["outcome"]) == ("CRITICAL", "paused")
        assert guard.post("/", notified(4000), **CLOUD_EVENT)[0] == 200
        assert guard.log[-1]["outcome"] == "paused", "a late, lower figure must not open the gate again"
        assert guard.post("/", b'{"message": {}}', **CLOUD_EVENT)[0] == 200
        assert (guard.log[-1]["severity"], guard.log[-1]["cause"]) == ("ERROR", "bad-message")
        standin.storage_status = 503
        assert guard.post("/", notified(6000), **CLOUD_EVENT)[0] == 500, "must be delivered again"
        standin.storage_status = None
    (tmp_path / "router").mkdir()
    with serving(tmp_path / "router", routes, standin) as router:
        assert (router.case()["outcome"], router.log[-1]["cause"]) == ("fallback", "spend-limit")
        assert router.post("/probe", b"")[0] == 503
    assert standin.asked == []


@pytest.mark.parametrize("server", ["framework", "uvicorn"])
def test_routes_that_were_not_judged_do_not_start(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, server: Any
) -> None:
    with (
        pytest.raises(AssertionError, match="differs from the environment variable ROUTES"),
        serving(tmp_path, routes, standin, server=server, ROUTES="{}"),
    ):
        pass
