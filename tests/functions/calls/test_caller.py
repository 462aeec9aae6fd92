"""A model that fails: the case has its outcome in the charter's time, and each attempt costs what it costs."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from accounts import Booked, calls, idle, price, spent, trail
from ledger.price import Usage
from proposals import DRAFT, drafted, scripted
from served import Served, case, free_port, serving
from standin import Body, Slow, Standin, Streamed, generated
from tokens import CALLER, OTHER, TENANTS, bearer

Both = tuple[Served, Standin]
SECONDS = 1
# What a busy machine may take beside the charter's time: to record the outcome, and to be scheduled at all.
SLACK = 1.5
DRAFTED = json.dumps(drafted()).encode()
TURN = {
    "model": "x",
    "messages": [{"role": "user", "content": "How long is the notice?"}],
    "metadata": {"amount": "900", "injury": "false"},
}


def of(routes: dict[str, Any], retries: dict[str, Any] | None = None, **low: Any) -> dict[str, Any]:
    """Routes of one second a role, a low tier that is changed, and a breaker that stays closed unless told."""
    tiers = {name: {**route, "timeout_seconds": SECONDS} for name, route in routes["tiers"].items()}
    kept = {"share": 0.1, "most": 10, "failures": 10_000, "open_seconds": 1}
    tiers["low"] |= low
    return {**routes, "tiers": tiers, "retries": {**kept, **(retries or {})}, "business_rules": []}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[Both]:
    with Standin() as standin, serving(tmp_path_factory.mktemp("router"), of(routes), standin) as served:
        yield served, standin


def timed(served: Served, **changes: Any) -> tuple[dict[str, Any], float]:
    """The answer to a case, and the seconds that it took."""
    started = time.monotonic()
    answer = served.case(**changes)
    return answer, time.monotonic() - started


def since(served: Served, known: int) -> list[Booked]:
    """The calls that were closed after the first ``known``."""
    return calls(served.ledger)[known:]


def told(tokens: tuple[int, int] = (100, 20), **usage: Any) -> dict[str, Any]:
    """An ordinary answer with another count of tokens."""
    answer = drafted()
    answer["usageMetadata"] = {"promptTokenCount": tokens[0], "candidatesTokenCount": tokens[1], **usage}
    return answer


NOTHING = "released"
ALL = "charged"
FAULTS: dict[str, tuple[Any, str, str]] = {
    "hung-before-headers": (Slow(20.0, drafted()), "timeout", ALL),
    "hung-in-the-body": (Body(DRAFTED[:50], 20.0, DRAFTED[50:]), "timeout", ALL),
    "slow-drip": (Body(*[part for byte in DRAFTED for part in (bytes([byte]), 0.05)]), "timeout", ALL),
    "half-a-body": (Body(DRAFTED[:50], announced=len(DRAFTED), cut=True), "broken-off", ALL),
    "dropped": (None, "broken-off", ALL),
    "refused-the-load": (429, "busy", NOTHING),
    "server-error": (500, "status-500", NOTHING),
    "gateway": (502, "status-502", NOTHING),
    "bad-request": (400, "status-400", NOTHING),
    "html": (b"<html><body>It works!</body></html>", "garbage", ALL),
    "empty": (b"", "garbage", ALL),
    "truncated-json": (DRAFTED[:-9], "garbage", ALL),
    "deep-json": (b"[" * 200_000, "garbage", ALL),
    "not-utf-8": (b'{"candidates": [{"content": {"parts": [{"text": "\xff"}]}}]}', "garbage", ALL),
    "another-shape": ({"choices": [{"text": "pay"}]}, "blocked", ALL),
    "a-list": ([1, 2], "garbage", ALL),
    "wrong-types": ({"candidates": "pay"}, "garbage", ALL),
    "50-megabytes": (Body(*[b" " * (1 << 20)] * 50, DRAFTED), "garbage", ALL),
    "50-megabytes-announced": (Body(*[b" " * (1 << 20)] * 50, announced=50 << 20), "garbage", ALL),
    "negative-tokens": (told((-5, 20)), "garbage", ALL),
    "10^18-tokens": (told((10**18, 20)), "garbage", ALL),
    "10^40-tokens": (told((100, 10**40)), "garbage", ALL),
    "tokens-in-words": (told(promptTokenCount="many"), "garbage", ALL),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_ends_in_the_fallback_in_time_and_is_paid_as_it_may_be_billed(router: Both, fault: str) -> None:
    served, standin = router
    known = len(calls(served.ledger))
    before = spent_of(calls(served.ledger))
    script, cause, state = FAULTS[fault]
    standin.answers("gemini-flash", script)
    answer, seconds = timed(served)
    assert (answer["outcome"], answer["cause"]) == ("fallback", cause)
    assert seconds < SECONDS + SLACK
    made = since(served, known)
    assert len(made) == len(standin.asked), "every attempt that the upstream saw is in the ledger, and no other"
    assert {call.state for call in made} == {state}
    assert [call.amount for call in made] == [call.reserved if state == ALL else 0 for call in made]
    assert min(call.reserved for call in made) > 200 * 7_500_000, "at the least the output limit"
    entry = trail(served.ledger)[-1]
    assert [call["state"] for call in entry["calls"]] == [state] * len(made)
    assert spent_of(calls(served.ledger)) == before + sum(call.get("spent", 0) for call in entry["calls"])


def test_a_router_outlives_all_of_these_and_has_not_grown(router: Both) -> None:
    served, _ = router
    resident = int((Path("/proc") / str(served.process.pid) / "status").read_text().split("VmHWM:")[1].split()[0])
    assert resident < 250_000, "kB at the most, although one answer had 50 MB"
    assert served.case()["outcome"] == "automatic"


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        {"promptTokenCount": 100},
        {"candidatesTokenCount": 20},
        {"promptTokenCount": 0, "candidatesTokenCount": 0},
    ],
    ids=["none", "empty", "no-output", "no-input", "zero"],
)
def test_an_answer_without_a_count_stays_charged_at_its_reservation(router: Both, usage: Any) -> None:
    served, standin = router
    standin.answers("gemini-flash", {**drafted(), "usageMetadata": usage})
    assert served.case()["outcome"] == "automatic"
    made = calls(served.ledger)[-1]
    assert (made.state, made.amount) == ("charged", made.reserved)


def test_what_was_answered_is_settled_at_the_counted_tokens_times_their_price(router: Both) -> None:
    served, standin = router
    known = len(calls(served.ledger))
    counted = [Usage(100 + 7 * number, 1 + number) for number in range(40)]
    standin.answers("gemini-flash", *[told((one.input, one.output)) for one in counted], 400)
    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(lambda _: served.case()["outcome"], counted))
    assert outcomes == ["automatic"] * 40
    made = since(served, known)
    assert {call.state for call in made} == {"settled"}
    assert Counter(call.amount for call in made) == Counter(price("gemini-flash", one) for one in counted)
    assert all(call.amount <= call.reserved for call in made)


def test_an_output_over_its_limit_is_booked_as_an_overrun_and_alarmed(router: Both) -> None:
    served, standin = router
    usage = Usage(100, 90_000)
    standin.answers("gemini-flash", told((usage.input, usage.output)))
    assert served.case()["outcome"] == "automatic"
    made = calls(served.ledger)[-1]
    assert (made.state, made.amount) == ("settled", price("gemini-flash", usage))
    assert made.amount > made.reserved
    (call,) = trail(served.ledger)[-1]["calls"]
    assert call["over"] == made.amount - made.reserved
    alarm = next(entry for entry in reversed(served.log) if entry["event"] == "alarm")
    assert (alarm["severity"], alarm["cause"]) == ("CRITICAL", "overrun")
    assert trail(served.ledger, "overrun")[-1]["over"] == call["over"]


def test_a_hung_checker_leaves_the_draft_to_a_person_in_time(router: Both) -> None:
    served, standin = router
    standin.answers("gemma", Slow(20.0, b""))
    answer, seconds = timed(served, fields={"amount": "6000"})
    assert (answer["outcome"], answer["cause"]) == ("fallback", "timeout")
    assert answer["proposal"]["output"] == DRAFT["output"]
    assert seconds < 2 * SECONDS + SLACK


def test_screening_that_hangs_ends_in_the_fallback_in_time(router: Both) -> None:
    served, standin = router
    standin.screen = Slow(20.0, None)
    answer, seconds = timed(served, fields={"amount": "6000"})
    assert (answer["outcome"], answer["cause"], standin.asked) == ("fallback", "not-screened", [])
    assert seconds < 2 * SECONDS + SLACK


@pytest.mark.parametrize(
    "script",
    [
        Slow(20.0, b""),
        Body(b'data: {"candidates": [{"content": {"parts": [{"text": "Thirty "}]}}]}\r\n\r\n', 20.0),
        Streamed("Thirty ", "days.", cut_after=1),
        Body(b"<html>"),
        Body(b"data: {]\n\n"),
        Body(b"data: " + b"x" * (20 << 20)),
    ],
    ids=["hung", "hung-in-the-stream", "half", "html", "garbage", "endless-event"],
)
def test_a_stream_that_fails_ends_in_time_and_stays_charged(router: Both, script: Any) -> None:
    served, standin = router
    known = len(calls(served.ledger))
    standin.answers("gemini-flash", script)
    started = time.monotonic()
    status, said = served.post("/v1/chat/completions", {**TURN, "stream": True})
    assert time.monotonic() - started < SECONDS + SLACK
    assert status == 200
    assert said.endswith("data: [DONE]\n\n")
    assert "To the ordinary queue." in said or "broke off" in said
    assert trail(served.ledger)[-1]["outcome"] == "fallback"
    (made,) = since(served, known)
    assert (made.state, made.amount) == ("charged", made.reserved)


def event(**generated: Any) -> Body:
    return Body(b"data: " + json.dumps(generated).encode() + b"\r\n\r\n")


COUNTED = {"promptTokenCount": 100, "candidatesTokenCount": 20}


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (
            event(
                candidates=[{"content": {"parts": [{"text": "Thirty"}]}, "finishReason": "MAX_TOKENS"}],
                usageMetadata=COUNTED,
            ),
            "cut-off",
        ),
        (event(candidates=[{"finishReason": "STOP"}], usageMetadata=COUNTED), "garbage"),
        (event(promptFeedback={"blockReason": "SAFETY"}, usageMetadata={"promptTokenCount": 100}), "blocked"),
    ],
    ids=["cut-off", "nothing-said", "blocked"],
)
def test_a_stream_ends_as_the_same_answer_would_in_one_piece(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, script: Any, cause: str
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", script)
    with serving(tmp_path, of(routes, {"failures": 1}), standin) as served:
        _, said = served.post("/v1/chat/completions", {**TURN, "stream": True}, Idempotency_Key="k-1")
        assert said.endswith("data: [DONE]\n\n")
        assert "broke off" in said if cause == "cut-off" else "To the ordinary queue." in said
        (entry,) = trail(served.ledger)
        assert (entry["outcome"], entry["cause"]) == ("fallback", cause)
        assert [call.state for call in calls(served.ledger)] == ["settled"]
        standin.answers("gemini-flash", drafted())
        closed = served.case()["outcome"] == "fallback"
    assert closed is (cause == "garbage"), "only what a working model does not do opens the breaker"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_storm_is_not_made_worse(tmp_path: Path, routes: dict[str, Any], standin: Standin, status: int) -> None:
    """Retries are a tenth of the first calls, and the one that a process begins with."""
    scripted(standin)
    standin.answers("gemini-flash", status)
    with serving(tmp_path, of(routes), standin) as served, ThreadPoolExecutor(10) as pool:
        outcomes = Counter(pool.map(lambda _: served.case()["outcome"], range(100)))
        assert outcomes == {"fallback": 100}
        assert 100 < len(standin.asked) <= 100 + 1 + 10
        made = calls(served.ledger)
    assert len(made) == len(standin.asked)
    assert {(call.state, call.amount) for call in made} == {("released", 0)}
    assert spent(served.ledger) == 0
    assert idle(served.ledger) == []


@pytest.mark.parametrize(("wait", "asked"), [("30", 1), ("soon", 2), ("-1", 2), ("99999999", 2), ("0", 2)])
def test_retry_after_is_kept_to_where_the_time_allows(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, wait: str, asked: int
) -> None:
    scripted(standin)
    standin.retry_after = wait
    standin.answers("gemini-flash", 429, drafted())
    with serving(tmp_path, of(routes), standin) as served:
        answer, seconds = timed(served)
    assert len(standin.asked) == asked
    assert answer["outcome"] == ("automatic" if asked == 2 else "fallback")
    assert seconds < SECONDS + SLACK


def test_the_breaker_opens_and_closes_again(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    # Without retries, so that failures are counted one a case.
    with serving(tmp_path, of(routes, {"failures": 3, "share": 0.0, "open_seconds": 1}), standin) as served:
        standin.answers("gemini-flash", 404)
        assert [served.case()["cause"] for _ in range(3)] == ["status-404"] * 3
        standin.answers("gemini-flash", drafted())
        answer, seconds = timed(served)
        assert (answer["cause"], len(standin.asked)) == ("breaker-open", 3)
        assert seconds < SLACK
        time.sleep(1.1)
        assert [served.case()["outcome"] for _ in range(3)] == ["automatic"] * 3
    assert [call.state for call in calls(served.ledger)] == ["released"] * 3 + ["settled"] * 3


def test_a_trial_that_fails_keeps_the_breaker_open(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    scripted(standin)
    with serving(tmp_path, of(routes, {"failures": 2, "share": 0.0, "open_seconds": 1}), standin) as served:
        standin.answers("gemini-flash", 404)
        assert [served.case()["cause"] for _ in range(3)] == ["status-404", "status-404", "breaker-open"]
        time.sleep(1.1)
        assert [served.case()["cause"] for _ in range(2)] == ["status-404", "breaker-open"]
    assert len(standin.asked) == 3


def test_a_breaker_that_opens_ends_the_retries_and_its_trial_is_one_call(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    own = {"failures": 2, "share": 1.0, "open_seconds": 1}
    tiers = of(routes, own)
    longer = {**tiers, "tiers": {name: {**tier, "timeout_seconds": 5} for name, tier in tiers["tiers"].items()}}
    with serving(tmp_path, longer, standin) as served:
        standin.answers("gemini-flash", 503)
        assert served.case()["cause"] == "status-503"
        assert len(standin.asked) == 2
        time.sleep(1.1)
        assert [served.case()["cause"] for _ in range(2)] == ["status-503", "breaker-open"]
    assert len(standin.asked) == 3


def test_a_request_that_a_model_refuses_for_its_content_closes_it_to_nobody(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    with serving(tmp_path, of(routes, {"failures": 2, "share": 0.0}), standin) as served:
        standin.answers("gemini-flash", 400)
        assert [served.case()["cause"] for _ in range(4)] == ["status-400"] * 4
        standin.answers("gemini-flash", drafted())
        assert served.case()["outcome"] == "automatic"


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/chat/completions"])
def test_who_sends_slowly_takes_no_time_from_the_model(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, path: str
) -> None:
    scripted(standin)
    document = case() if path == "/v1/cases" else TURN
    with serving(tmp_path, of(routes, {"failures": 1}), standin) as served:
        outcome = slowly(served, path, json.dumps(document).encode(), 2 * SECONDS)
    assert '"outcome":"automatic"' in outcome
    assert [call.state for call in calls(served.ledger)] == ["settled"]


def slowly(served: Served, path: str, body: bytes, seconds: float) -> str:
    """The answer to a request whose body comes ``seconds`` after its head."""
    address = urlsplit(served.url)
    line = HTTPConnection(address.hostname or "", address.port, timeout=30)
    line.putrequest("POST", path)
    for name, value in {"content-type": "application/json", "content-length": str(len(body))}.items():
        line.putheader(name, value)
    line.endheaders()
    time.sleep(seconds)
    line.send(body)
    said = line.getresponse().read().decode()
    line.close()
    return said


@pytest.mark.parametrize("fault", [400, 500, b"<html>"], ids=["refused", "server-error", "garbage"])
def test_the_next_model_is_asked_and_each_is_paid_at_its_own_price(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, fault: Any
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", fault)
    with serving(tmp_path, of(routes, {"share": 0.0}, next_models=["gemini-lite"]), standin) as served:
        assert timed(served)[0]["outcome"] == "automatic"
        *first, last = calls(served.ledger)
        assert {call.model for call in first} == {"gemini-flash"}
        assert last.model == "gemini-lite"
        assert (last.state, last.amount) == ("settled", price("gemini-lite", Usage(100, 20)))
        paid = sum(call.amount for call in first)
        assert paid == (sum(call.reserved for call in first) if fault == b"<html>" else 0)
    assert spent(served.ledger) == paid + last.amount
    assert idle(served.ledger) == []


def test_the_next_model_streams_where_the_first_does_not(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    standin.answers("gemini-flash", 500)
    standin.answers("gemini-lite", Streamed("Thirty ", "days."))
    with serving(tmp_path, of(routes, next_models=["gemini-lite"]), standin) as served:
        _, said = served.post("/v1/chat/completions", {**TURN, "stream": True})
    assert "Thirty " in said
    assert [(call.model, call.state) for call in calls(served.ledger)][-1] == ("gemini-lite", "settled")


def test_a_case_on_which_money_was_spent_has_an_outcome_also_when_it_was_the_last(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    """The first model's answer is garbage and stays charged, and too little is left for the next."""
    scripted(standin)
    standin.answers("gemini-flash", b"<html>")
    month = {"scope": "stack", "name": "*", "window": "month", "limit": "0.0037"}
    own = {**of(routes, {"share": 0.0}, next_models=["gemini-lite"]), "budgets": [month]}
    with serving(tmp_path, own, standin) as served:
        answer = served.case()
        assert (answer["outcome"], answer["cause"]) == ("fallback", "over-budget")
        assert served.post("/v1/cases", case())[0] == 429, "and the next case was never begun"
    (entry,) = trail(served.ledger)
    assert [(call["model"], call["state"]) for call in entry["calls"]] == [
        ("gemini-flash", "charged"),
        ("gemini-lite", "refused"),
    ]


@pytest.mark.parametrize("stream", [False, True])
def test_no_other_model_is_asked_what_one_has_blocked(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, stream: bool
) -> None:
    scripted(standin)
    blocked = {"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": {"promptTokenCount": 100}}
    script = Body(b"data: " + json.dumps(blocked).encode() + b"\r\n\r\n") if stream else blocked
    standin.answers("gemini-flash", script)
    with serving(tmp_path, of(routes, next_models=["gemini-lite"]), standin) as served:
        served.post("/v1/chat/completions", {**TURN, "stream": stream})
    (entry,) = trail(served.ledger)
    assert (entry["cause"], [call["model"] for call in entry["calls"]]) == ("blocked", ["gemini-flash"])


Conversed = tuple[str, list[tuple[str, str]], str | None]


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def conversed(
    tmp_path: Path, routes: dict[str, Any], standin: Standin, request: pytest.FixtureRequest
) -> Callable[[bool], Conversed]:
    """A conversation in the charter's time, whose first model hangs and whose next one answers, or hangs too.

    What was said, which models were asked and what became of their calls, and the cause in the trail.
    """

    def conversation(next_answers: bool) -> Conversed:
        hung = Slow(20.0, b"")
        answer = Streamed("Thirty ", "days.") if request.param else generated("Thirty days.")
        standin.answers("gemini-flash", hung)
        standin.answers("gemini-lite", answer if next_answers else hung)
        with serving(tmp_path, of(routes, next_models=["gemini-lite"]), standin) as served:
            started = time.monotonic()
            _, said = served.post("/v1/chat/completions", {**TURN, "stream": request.param})
            assert time.monotonic() - started < SECONDS + SLACK
        (entry,) = trail(served.ledger)
        return json.dumps(said), [(call.model, call.state) for call in calls(served.ledger)], entry.get("cause")

    return conversation


def test_a_model_that_hangs_leaves_the_next_its_share_of_the_time(conversed: Callable[[bool], Conversed]) -> None:
    said, asked, cause = conversed(True)
    assert "Thirty" in said
    assert (asked, cause) == ([("gemini-flash", "charged"), ("gemini-lite", "settled")], None)


def test_models_that_all_hang_end_in_the_fallback_in_time(conversed: Callable[[bool], Conversed]) -> None:
    said, asked, cause = conversed(False)
    assert "To the ordinary queue." in said
    assert (asked, cause) == ([("gemini-flash", "charged"), ("gemini-lite", "charged")], "timeout")


def test_a_model_that_cannot_be_reached_costs_nothing(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with serving(tmp_path, of(routes), standin, VERTEX_URL=nowhere) as served:
        answer, seconds = timed(served)
        assert (answer["outcome"], answer["cause"]) == ("fallback", "unreachable")
        assert seconds < SECONDS + SLACK
        made = calls(served.ledger)
    assert {(call.state, call.amount) for call in made} == {("released", 0)}
    assert 1 <= len(made) <= 2


def test_answers_that_a_model_should_have_given_differently_cost_what_was_counted(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    """Blocked, cut off at the limit, or no proposal: the upstream counted them, and bills what it counted."""
    answers = [
        generated("I think you should pay."),
        generated(json.dumps(DRAFT), finish="MAX_TOKENS"),
        generated(json.dumps(DRAFT), finish="SAFETY"),
    ]
    standin.answers("gemini-flash", *answers)
    with serving(tmp_path, of(routes, next_models=["gemini-lite"]), standin) as served:
        assert [served.case()["outcome"] for _ in answers] == ["fallback"] * 3
    assert [call.state for call in calls(served.ledger)] == ["settled"] * 3
    assert spent(served.ledger) == 3 * price("gemini-flash", Usage(100, 20))


def spent_of(made: list[Booked]) -> int:
    return sum(call.amount for call in made)


def test_a_tenant_without_money_keeps_no_model_closed_to_the_others(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", 500, 500, drafted())
    nothing = {"scope": "tenant", "name": "annual-audit", "window": "day", "limit": "0.000001"}
    own = {
        **of(routes, {"share": 0.0, "failures": 2, "open_seconds": 1}),
        "tenants": TENANTS,
        "budgets": [*routes["budgets"], nothing],
    }
    with serving(tmp_path, own, standin, K_SERVICE="router") as served:
        for _ in range(2):
            served.post("/v1/cases", case(), **bearer(CALLER))
        time.sleep(1.1)
        # What would be the trial has no money, and leaves it to the next.
        assert served.post("/v1/cases", case(), **bearer(OTHER))[0] == 429
        assert served.post("/v1/cases", case(), **bearer(CALLER))[1]["outcome"] == "automatic"
