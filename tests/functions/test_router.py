"""The router served by functions-framework, in a process of its own, against a stand-in for Google's services."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from standin import Standin, generated, predicted

FUNCTIONS = Path(__file__).parents[2] / "functions"
DRAFT = {"decision": "pay", "reasons": ["the papers are complete"], "facts": ["amount"]}
AGREES = '{"agrees": true, "reasons": []}'
CASE = {"case_id": "c-1", "tier": "low", "fields": {"amount": 900, "Holder-Name": "Erika Example"}}


class Served:
    """A running function; ``log`` is what it wrote to stdout so far."""

    def __init__(self, port: int, out: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._out = out

    def post(self, path: str, body: bytes, method: str = "POST", **headers: str) -> tuple[int, Any]:
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                status, raw = response.status, response.read()
        except urllib.error.HTTPError as error:
            status, raw = error.code, error.read()
        return status, json.loads(raw) if raw[:1] == b"{" else raw.decode()

    def case(self, **changes: Any) -> dict[str, Any]:
        status, answer = self.post("/cases", json.dumps({**CASE, **changes}).encode())
        assert status == 200, answer
        return answer

    @property
    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._out.read_text().splitlines()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, target: str, routes: dict[str, Any], standin: Standin, **more: str) -> Iterator[Served]:
    archive = folder / "archive"
    shutil.copytree(FUNCTIONS, archive, ignore=shutil.ignore_patterns("__pycache__"))
    (archive / "routes.json").write_text(json.dumps(routes))
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "ROUTES": json.dumps({**routes["tiers"], "fallback": routes["fallback"]}),
        "STATE_BUCKET": "spend",
        "VERTEX_URL": standin.url,
        "STORAGE_URL": standin.url,
        "DEPLOYED_URLS": json.dumps({"gemma": f"{standin.url}/v1/projects/1/locations/europe-west4/endpoints/gemma"}),
        "GCE_METADATA_HOST": standin.host,
        "GCE_METADATA_IP": standin.host,
        **more,
    }
    signature = "cloudevent" if target == "spend_guard" else "http"
    command = [sys.executable, "-m", "functions_framework", "--source", "main.py", "--target", target]
    command += ["--signature-type", signature, "--host", "127.0.0.1", "--port", str(port)]
    out = folder / "stdout"
    with out.open("wb") as stdout, (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(command, cwd=archive, env=environment, stdout=stdout, stderr=stderr)
    try:
        wait_until_open(port, process, folder / "stderr")
        yield Served(port, out)
    finally:
        process.terminate()
        process.wait(10)


def wait_until_open(port: int, process: subprocess.Popen[bytes], stderr: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise AssertionError(stderr.read_text())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the function does not listen")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[tuple[Served, Standin]]:
    with (
        Standin() as standin,
        serving(tmp_path_factory.mktemp("router"), "router", routes, standin) as served,
    ):
        yield served, standin


@pytest.fixture
def router(shared: tuple[Served, Standin]) -> tuple[Served, Standin]:
    served, standin = shared
    standin.answers("flash", generated(json.dumps(DRAFT)))
    standin.answers("gemma", predicted(AGREES))
    standin.asked.clear()
    return served, standin


def test_low_is_answered_and_the_log_says_what_it_cost(router: tuple[Served, Standin]) -> None:
    served, _ = router
    answer = served.case()
    assert (answer["outcome"], answer["decision"], answer["proposal"]) == ("answer", DRAFT, None)
    entry = served.log[-1]
    assert (entry["event"], entry["tokens"], entry["currency"]) == ("case", 120, "EUR")
    assert entry["cost"] == pytest.approx((100 * 1.5 + 20 * 7.5) / 1e6)


def test_masked_fields_reach_neither_the_model_nor_the_log(router: tuple[Served, Standin]) -> None:
    served, standin = router
    served.case()
    assert "Erika" not in json.dumps(standin.asked)
    assert "[masked]" in json.dumps(standin.asked)
    assert "Erika" not in json.dumps(served.log)


def test_high_is_a_proposal_for_a_person(router: tuple[Served, Standin]) -> None:
    answer = router[0].case(tier="high")
    assert (answer["outcome"], answer["action"]) == ("review", "manual-review")
    assert (answer["decision"], answer["proposal"]) == (None, DRAFT)


def test_medium_is_answered_when_the_checker_agrees(router: tuple[Served, Standin]) -> None:
    served, standin = router
    assert served.case(tier=" Medium ")["outcome"] == "answer"
    assert [call for call, _ in standin.asked] == ["flash:generateContent", "gemma:predict"]


@pytest.fixture
def fresh(tmp_path: Path, routes: dict[str, Any]) -> Iterator[tuple[Served, Standin]]:
    """A router of its own, which has not learned where anything is."""
    with Standin() as standin, serving(tmp_path, "router", routes, standin) as served:
        standin.answers("flash", generated(json.dumps(DRAFT)))
        standin.answers("gemma", predicted(AGREES))
        yield served, standin


def test_a_deployed_model_is_asked_where_private_service_connect_put_it(fresh: tuple[Served, Standin]) -> None:
    served, standin = fresh
    nobody_there = {"state": "PSC_AUTOMATION_STATE_SUCCESSFUL", "ipAddress": "127.0.0.1:9"}
    standin.endpoint = {"privateServiceConnectConfig": {"pscAutomationConfigs": [nobody_there]}}
    for _ in range(2):
        answer = served.case(tier="medium")
        assert (answer["outcome"], answer["cause"]) == ("fallback", "unreachable")
    assert [call for call, _ in standin.asked] == ["flash:generateContent"] * 2
    assert standin.looked_up == ["gemma"], "once a process"


def test_an_endpoint_that_is_not_as_vertex_says_it_is_is_no_answer(fresh: tuple[Served, Standin]) -> None:
    served, standin = fresh
    standin.endpoint = {"privateServiceConnectConfig": "of another shape"}
    answer = served.case(tier="medium")
    assert (answer["outcome"], answer["cause"]) == ("fallback", "no-address")


def test_medium_goes_to_a_person_when_the_checker_disagrees(router: tuple[Served, Standin]) -> None:
    served, standin = router
    standin.answers("gemma", predicted('{"agrees": false, "reasons": ["the amount is disputed"]}'))
    answer = served.case(tier="medium")
    assert (answer["outcome"], answer["cause"], answer["decision"]) == ("fallback", "not-validated", None)
    assert (answer["proposal"], answer["objections"]) == (DRAFT, ["the amount is disputed"])


def test_a_proposal_that_breaks_a_rule_is_no_answer(router: tuple[Served, Standin]) -> None:
    served, standin = router
    standin.answers("flash", generated(json.dumps({**DRAFT, "facts": ["invented"]})))
    answer = served.case()
    assert (answer["outcome"], answer["cause"]) == ("fallback", "not-validated")
    assert answer["objections"] == ["a reason rests on a fact that the case does not have"]


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (429, "busy"),
        (503, "status-503"),
        (3.0, "timeout"),
        (b"<html>", "garbage"),
        (generated("I think you should pay."), "garbage"),
        (generated(json.dumps(DRAFT), finish="MAX_TOKENS"), "cut-off"),
        (generated(json.dumps(DRAFT), finish="SAFETY"), "blocked"),
        ({"promptFeedback": {"blockReason": "MODEL_ARMOR"}}, "blocked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failing_model_ends_in_the_fallback(router: tuple[Served, Standin], answer: Any, cause: str) -> None:
    served, standin = router
    standin.answers("flash", answer)
    told = served.case()
    assert (told["outcome"], told["action"], told["cause"]) == ("fallback", "manual-review", cause)
    assert told["description"] == "To the ordinary queue."
    assert (told["decision"], told["proposal"]) == (None, None)
    assert (served.log[-1]["severity"], served.log[-1]["cause"]) == ("WARNING", cause)
    assert "Erika" not in json.dumps(served.log)


def test_a_failing_checker_ends_in_the_fallback(router: tuple[Served, Standin]) -> None:
    served, standin = router
    standin.answers("gemma", 500)
    assert (served.case(tier="medium")["outcome"], served.log[-1]["cause"]) == ("fallback", "status-500")


def test_a_timeout_is_logged_at_the_most_it_can_cost(router: tuple[Served, Standin]) -> None:
    served, standin = router
    standin.answers("flash", 3.0)
    served.case()
    assert served.log[-1]["cost"] > 200 * 7.5 / 1e6


def test_a_case_that_is_too_long_costs_nothing(router: tuple[Served, Standin]) -> None:
    served, standin = router
    assert served.case(fields={"text": "a word " * 2000})["cause"] == "too-long"
    assert (standin.asked, served.log[-1]["cost"]) == ([], 0)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", "not JSON"),
        (b'{"case_id": "c', "not JSON"),
        (b'{"case_id": "c", "tier": "low", "fields": {"a": ' + b"[" * 100_000, "not JSON"),
        (b'{"case_id": "c-1", "tier": "low"}', "fields"),
        (b'{"case_id": "a b", "tier": "low", "fields": {"a": 1}}', "case_id"),
        (b'{"case_id": "c-1", "tier": "urgent", "fields": {"a": 1}}', "high, medium, low"),
        (b'{"case_id": "c-1", "tier": "low", "fields": {"a": 1}, "x": 1}', "`x`"),
        (b'{"case_id": "c-1", "tier": "low", "fields": {"a": 1, "A": 2}}', "the same"),
        (b'{"case_id": "c-1", "tier": "low", "fields": {"a": "' + b"x" * 300_000 + b'"}}', "larger than"),
    ],
    ids=["empty", "cut-off", "deep", "no-fields", "case-id", "tier", "unknown-key", "same-key", "large"],
)
def test_bad_input_is_refused_with_what_is_wrong(router: tuple[Served, Standin], body: bytes, wrong: str) -> None:
    served, standin = router
    status, answer = served.post("/cases", body)
    assert status == 400
    assert wrong in answer["error"]
    assert standin.asked == []
    assert served.log[-1]["event"] == "refused"


def test_other_paths_and_methods_are_refused(router: tuple[Served, Standin]) -> None:
    assert router[0].post("/", b"{}")[0] == 404
    assert router[0].post("/cases", b"", method="PUT")[0] == 405


def test_the_token_is_fetched_once(router: tuple[Served, Standin]) -> None:
    served, standin = router
    served.case()
    served.case()
    assert standin.tokens_given == 1


def test_the_trace_is_logged(router: tuple[Served, Standin]) -> None:
    served, _ = router
    served.post("/cases", json.dumps(CASE).encode(), **{"X-Cloud-Trace-Context": "105445aa7843bc8bf206b120001000/1"})
    trace = served.log[-1]["logging.googleapis.com/trace"]
    assert trace == "projects/example-claims/traces/105445aa7843bc8bf206b120001000"


def test_the_probe_asks_no_model(router: tuple[Served, Standin]) -> None:
    served, standin = router
    assert served.post("/probe", b"") == (200, {"ready": True, "cause": None})
    assert (standin.asked, served.log[-1]["event"]) == ([], "probe")


def notified(cost: float, **changes: Any) -> bytes:
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


CLOUD_EVENT = {
    "ce-id": "1",
    "ce-source": "//pubsub.googleapis.com/projects/example/topics/budget",
    "ce-specversion": "1.0",
    "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
    "content-type": "application/json",
}


def test_the_spend_guard_stops_the_router(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    standin.answers("flash", generated(json.dumps(DRAFT)))
    (tmp_path / "guard").mkdir()
    with serving(tmp_path / "guard", "spend_guard", routes, standin) as guard:
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
    with serving(tmp_path / "router", "router", routes, standin) as router:
        assert (router.case()["outcome"], router.log[-1]["cause"]) == ("fallback", "spend-limit")
        assert router.post("/probe", b"")[0] == 503
    assert standin.asked == []


def test_unknown_spend_stops_the_router(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    standin.storage_status = 403
    with serving(tmp_path, "router", routes, standin) as router:
        assert router.case()["cause"] == "spend-unknown"
        standin.storage_status = None
        standin.answers("flash", generated(json.dumps(DRAFT)))
        assert router.case()["outcome"] == "answer"


def test_a_fallback_that_refuses_shows_no_proposal(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    refusing = {**routes, "fallback": {"action": "refuse", "description": "The assistant is away."}}
    standin.answers("flash", generated(json.dumps({**DRAFT, "facts": ["invented"]})))
    with serving(tmp_path, "router", refusing, standin) as router:
        answer = router.case()
    assert (answer["outcome"], answer["action"], answer["proposal"]) == ("fallback", "refuse", None)


def _automatic_high(routes: dict[str, Any]) -> dict[str, Any]:
    return {**routes, "tiers": {**routes["tiers"], "high": routes["tiers"]["low"]}}


def _self_checked(routes: dict[str, Any]) -> dict[str, Any]:
    return {**routes, "tiers": {"medium": {**routes["tiers"]["medium"], "checker": "flash"}}}


WRONG: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], dict[str, str], str]] = {
    "not-judged": (lambda routes: routes, {"ROUTES": "{}"}, "differs from the environment variable ROUTES"),
    "high": (_automatic_high, {}, "tiers.high.action is automatic"),
    "checker": (_self_checked, {}, "tiers.medium.checker is flash"),
    "model": (lambda routes: {**routes, "models": {}}, {}, "which models lacks"),
    "no-tier": (lambda routes: {**routes, "tiers": {}}, {}, "tiers"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_routes_do_not_start(tmp_path: Path, routes: dict[str, Any], standin: Standin, case: str) -> None:
    change, environment, wrong = WRONG[case]
    with (
        pytest.raises(AssertionError, match=wrong),
        serving(tmp_path, "router", change(routes), standin, **environment),
    ):
        pass
