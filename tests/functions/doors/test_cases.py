"""``/v1/cases`` as a workflow sees it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flow.decide import NO_OTHER
from proposals import DRAFT, drafted, scripted
from served import Served, case, serving
from standin import CLEAN, Standin, generated, hide, predicted

Both = tuple[Served, Standin]
PROPOSED = {
    "output": {"decision": "pay"},
    "reasons": ["the papers are complete"],
    "facts": ["amount"],
    "confidence": "0.9",
}


ATTACK = {
    "filterResults": {
        **CLEAN,
        "pi_and_jailbreak": {
            "piAndJailbreakFilterResult": {"executionState": "EXECUTION_SUCCESS", "matchState": "MATCH_FOUND"}
        },
    }
}


def trail(served: Served) -> list[dict[str, Any]]:
    """The bodies of the audit trail's case entries, in order."""
    with sqlite3.connect(served.ledger) as store:
        rows = store.execute("SELECT body FROM trail WHERE kind = 'case' ORDER BY chain, sequence").fetchall()
    return [json.loads(body) for (body,) in rows]


def test_low_is_answered_and_the_log_says_what_it_cost(router: Both) -> None:
    served, _ = router
    answer = served.case()
    assert (answer["outcome"], answer["tier"], answer["decision"]) == ("automatic", "low", PROPOSED)
    assert "proposal" not in answer
    entry = served.log[-1]
    assert (entry["event"], entry["tokens"], entry["currency"]) == ("case", 120, "EUR")
    assert entry["cost"] == pytest.approx((100 * 1.5 + 20 * 7.5) / 1e6)


def test_masked_fields_reach_neither_model_nor_log_nor_trail(router: Both) -> None:
    served, standin = router
    served.case(fields={"description": "write to erika@example.com", "papers": {"Holder-Name": "Erika Example"}})
    for seen in (standin.asked, served.log, trail(served)):
        assert "erika" not in json.dumps(seen).lower()
    assert "[masked]" in json.dumps(standin.asked)
    assert "[email]" in json.dumps(standin.asked)
    assert served.log[-1]["masked"] == 3


def test_high_is_a_proposal_for_a_person_and_has_an_address(router: Both) -> None:
    served, _ = router
    wanted = case(fields={"injury": True})
    status, answer, headers = served.call("POST", "/v1/cases", json.dumps(wanted).encode())
    assert (status, answer["outcome"], answer["tier"]) == (202, "review", "high")
    assert ("decision" in answer, answer["proposal"]) == (False, PROPOSED)
    assert headers["location"] == answer["address"] == f"/v1/cases/{wanted['case_id']}"
    status, state, _ = served.call("GET", answer["address"])
    assert (status, state["state"], state["answer"]) == (200, "waiting", answer)


def test_why_a_tier_names_the_rule_and_no_value_of_the_case(router: Both) -> None:
    answer = router[0].case(fields={"amount": "20000.01"})
    assert answer["tier"] == "high"
    assert any("amount" in why for why in answer["why"])
    assert "20000.01" not in json.dumps(answer["why"])


def test_what_is_not_known_is_taken_for_the_strictest(router: Both) -> None:
    served, _ = router
    wanted = case()
    del wanted["fields"]["injury"]
    status, answer = served.post("/v1/cases", wanted)
    assert (status, answer["tier"], answer["outcome"]) == (202, "high", "review")


def test_medium_is_validated_when_the_checker_agrees(router: Both) -> None:
    served, standin = router
    assert served.case(fields={"amount": "6000"})["outcome"] == "validated"
    assert [call for call, _ in standin.asked] == ["gemini-flash:generateContent", "gemma:predict"]


def test_medium_goes_to_a_person_when_the_checker_disagrees(router: Both) -> None:
    served, standin = router
    standin.answers("gemma", predicted('{"agrees": false, "reasons": ["the amount is disputed"]}'))
    answer = served.case(fields={"amount": "6000"})
    assert (answer["outcome"], answer["cause"]) == ("review", "not-validated")
    assert (answer["proposal"], answer["objections"]) == (PROPOSED, ["the amount is disputed"])


def test_a_draft_that_doubts_itself_raises_the_tier(router: Both) -> None:
    served, standin = router
    standin.answers("gemini-flash", drafted(confidence=0.3))
    answer = served.case()
    assert (answer["tier"], answer["outcome"]) == ("medium", "validated")
    assert [call for call, _ in standin.asked] == ["gemini-flash:generateContent", "gemma:predict"]


@pytest.mark.parametrize(
    ("change", "objection"),
    [
        ({"facts": ["invented"]}, "a reason rests on a fact that the case does not have"),
        ({"output": {"decision": "pay", "amount": "900.01"}}, "more is paid than was claimed"),
    ],
)
def test_a_proposal_that_breaks_a_rule_goes_to_a_person(router: Both, change: dict[str, Any], objection: str) -> None:
    served, standin = router
    standin.answers("gemini-flash", drafted(**change))
    answer = served.case()
    assert (answer["outcome"], answer["cause"]) == ("review", "rule")
    assert answer["objections"] == [objection]


def test_an_old_schema_is_migrated_and_every_change_is_kept(router: Both) -> None:
    served, standin = router
    old = {"case_id": "old-1", "source": "portal", "schema": "1", "fields": {"betrag": "1.200,50", "injury": "nein"}}
    status, answer = served.post("/v1/cases", old)
    assert (status, answer["tier"]) == (200, "low")
    sent = json.dumps(standin.asked)
    assert "1200.50" in sent
    assert "betrag" not in sent
    assert any(change["why"] == "version 2 is in English" for change in answer["changes"])
    assert "1200" not in json.dumps(answer["changes"])
    assert trail(served)[-1]["changes"] == answer["changes"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"fields": {"incident": "31.02.2026"}}, 422, "invalid-field"),
        ({"case_id": "a b"}, 400, "shape"),
        ({"surplus": 1}, 400, "shape"),
    ],
)
def test_a_case_that_a_declared_rule_refuses_costs_nothing(
    router: Both, change: dict[str, Any], status: int, code: str
) -> None:
    served, standin = router
    found, answer = served.post("/v1/cases", case(**change))
    assert (found, answer["error"]["code"]) == (status, code)
    assert standin.asked == []
    assert served.log[-1]["event"] == "refused"


def test_an_unknown_source_is_refused_or_reviewed_and_never_answered(router: Both) -> None:
    served, standin = router
    served.post("/v1/cases", case(source="nobody"))
    served.post("/v1/cases", case(schema="99"))
    assert standin.asked == []


def test_what_nobody_declared_reaches_no_person_unmasked(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    """Under another schema's names a field that is masked by name would not be recognised."""
    kept = {**routes, "intake": {**routes["intake"], "unknown_fields": "review"}}
    with serving(tmp_path, kept, standin) as served:
        for schema in ("99", "2"):
            served.post("/v1/cases", case(schema=schema, fields={"inhaber": "Erika Beispiel"}))
        with sqlite3.connect(served.ledger) as store:
            shown = [json.loads(raw) for (raw,) in store.execute("SELECT masked FROM review ORDER BY at")]
    assert set(shown[0].values()) == {"[masked]"}
    assert (shown[1]["inhaber"], shown[1]["amount"]) == ("[masked]", "900.00")
    assert standin.asked == []


def test_a_repeated_case_is_decided_and_paid_once(router: Both) -> None:
    served, standin = router
    wanted = json.dumps(case()).encode()
    _, first, _ = served.call("POST", "/v1/cases", wanted)
    status, second, headers = served.call("POST", "/v1/cases", wanted)
    assert (status, second, headers["idempotent-replayed"]) == (200, first, "true")
    assert len(standin.asked) == 1


def test_a_key_that_was_used_for_another_case_is_refused(router: Both) -> None:
    served, _ = router
    first = case()
    served.post("/v1/cases", first)
    status, answer = served.post("/v1/cases", {**first, "fields": {"amount": "1", "injury": False}})
    assert (status, answer["error"]["code"]) == (409, "key-reused")


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (400, "status-400"),
        (3.0, "timeout"),
        (b"<html>", "garbage"),
        (None, "broken-off"),
        (generated("I think you should pay."), "garbage"),
        (generated(json.dumps(DRAFT), finish="MAX_TOKENS"), "cut-off"),
        (generated(json.dumps(DRAFT), finish="SAFETY"), "blocked"),
        ({"promptFeedback": {"blockReason": "MODEL_ARMOR"}}, "blocked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_failing_model_ends_in_the_fallback(router: Both, answer: Any, cause: str) -> None:
    served, standin = router
    # A good answer in between keeps the breaker closed.
    served.case()
    standin.answers("gemini-flash", answer)
    told = served.case()
    assert (told["outcome"], told["cause"], told["description"]) == ("fallback", cause, "To the ordinary queue.")
    assert ("decision" in told, "proposal" in told) == (False, False)
    assert (served.log[-1]["severity"], served.log[-1]["cause"]) == ("WARNING", cause)
    status, state, _ = served.call("GET", told["address"])
    assert (status, state["state"]) == (200, "waiting")


def test_a_failing_checker_ends_in_the_fallback_and_the_person_sees_the_draft(router: Both) -> None:
    served, standin = router
    standin.answers("gemma", 400)
    answer = served.case(fields={"amount": "6000"})
    assert (answer["outcome"], answer["cause"], answer["proposal"]) == ("fallback", "status-400", PROPOSED)


def test_a_case_that_is_too_long_costs_nothing(router: Both) -> None:
    served, standin = router
    assert served.case(fields={"description": "a word " * 2000})["cause"] == "too-long"
    assert (standin.asked, served.log[-1]["cost"]) == ([], 0)


def test_medium_is_screened_and_what_is_found_is_hidden(router: Both) -> None:
    served, standin = router
    standin.screen = hide
    answer = served.case(fields={"amount": "6000", "description": "Herr Beispiel called"})
    assert answer["outcome"] == "validated"
    assert "Beispiel" in standin.screened[0]
    assert "Beispiel" not in json.dumps(standin.asked)
    assert "[PERSON_NAME]" in json.dumps(standin.asked)


def test_what_a_raised_tier_asks_is_screened_as_that_tier_is(router: Both) -> None:
    served, standin = router
    standin.answers("gemini-flash", drafted(confidence=0.3))
    standin.screen = hide
    answer = served.case(fields={"description": "Herr Beispiel called"})
    assert (answer["tier"], answer["outcome"]) == ("medium", "validated")
    checked = [body for call, body in standin.asked if call == "gemma:predict"]
    assert "[PERSON_NAME]" in json.dumps(checked)
    assert "Beispiel" not in json.dumps(checked)


@pytest.mark.parametrize(
    ("screen", "outcome", "cause"),
    [
        (ATTACK, "review", "attack"),
        (503, "fallback", "not-screened"),
    ],
    ids=["attack", "no-answer"],
)
def test_what_a_raised_tier_may_not_see_no_further_model_does(
    router: Both, screen: Any, outcome: str, cause: str
) -> None:
    served, standin = router
    standin.answers("gemini-flash", drafted(confidence=0.3))
    standin.screen = screen
    answer = served.case()
    assert (answer["tier"], answer["outcome"], answer["cause"]) == ("medium", outcome, cause)
    assert answer["proposal"] is not None
    assert [call for call, _ in standin.asked] == ["gemini-flash:generateContent"]


def test_an_attack_is_no_models_to_read(router: Both) -> None:
    served, standin = router
    standin.screen = ATTACK
    answer = served.case(fields={"amount": "6000"})
    assert (answer["outcome"], standin.asked) == ("review", [])
    assert answer["objections"] == ["Model Armor found pi_and_jailbreak in the case"]


SDP = {"executionState": "EXECUTION_SUCCESS", "matchState": "NO_MATCH_FOUND"}
SKIPPED = {"piAndJailbreakFilterResult": {"executionState": "EXECUTION_SKIPPED", "matchState": "NO_MATCH_FOUND"}}


@pytest.mark.parametrize(
    "failure",
    [
        503,
        {"invocationResult": "PARTIAL"},
        {"filterResults": {}},
        {"filterResults": {"sdp": {}}},
        {"filterResults": {"sdp": {"sdpFilterResult": {"inspectResult": SDP}}}},
        {"filterResults": {"sdp": {"sdpFilterResult": {"deidentifyResult": {**SDP, "matchState": "UNHEARD_OF"}}}}},
        {"filterResults": {"sdp": {"sdpFilterResult": {"deidentifyResult": {"matchState": "NO_MATCH_FOUND"}}}}},
        {"filterResults": {**CLEAN, "pi_and_jailbreak": SKIPPED}},
    ],
)
def test_what_was_not_screened_no_model_sees(router: Both, failure: Any) -> None:
    served, standin = router
    standin.screen = failure
    answer = served.case(fields={"amount": "6000"})
    assert (answer["outcome"], answer["cause"], standin.asked) == ("fallback", "not-screened", [])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-json"),
        (b'{"case_id": "c', "not-json"),
        (b'{"case_id": "c", "source": "portal", "fields": {"a": ' + b"[" * 100_000, "too-deep"),
        (b'{"case_id": "c-1", "source": "portal"}', "shape"),
        (b'{"case_id": "c-1", "source": "portal", "fields": {"a": 1, "A": 2}}', "same-name"),
        (b'{"case_id": "c-1", "source": "portal", "fields": {"a": "' + b"x" * 300_000 + b'"}}', "too-large"),
    ],
    ids=["empty", "cut-off", "deep", "no-fields", "same-key", "large"],
)
def test_bad_input_is_refused_with_what_is_wrong(router: Both, body: bytes, code: str) -> None:
    served, standin = router
    status, answer = served.post("/v1/cases", body)
    expected = {"not-json": 400, "shape": 400, "too-large": 413}.get(code, 422)
    assert (status, answer["error"]["code"], standin.asked) == (expected, code, [])


def test_other_paths_and_methods_are_refused(router: Both) -> None:
    assert router[0].post("/", b"{}")[0] == 404
    assert router[0].call("PUT", "/v1/cases", b"")[0] == 405
    assert router[0].call("GET", "/v1/cases/never-sent")[0] == 404


def test_the_token_is_fetched_once(router: Both) -> None:
    served, standin = router
    served.case()
    served.case()
    assert standin.tokens_given == 1


def test_the_trace_is_logged(router: Both) -> None:
    served, _ = router
    served.post("/v1/cases", case(), **{"X-Cloud-Trace-Context": "105445aa7843bc8bf206b120001000/1"})
    trace = served.log[-1]["logging.googleapis.com/trace"]
    assert trace == "projects/example-claims/traces/105445aa7843bc8bf206b120001000"


def test_the_probe_asks_no_model(router: Both) -> None:
    served, standin = router
    assert served.post("/probe", b"") == (200, {"ready": True, "cause": None})
    assert (standin.asked, served.log[-1]["event"]) == ([], "probe")


def test_a_key_with_a_line_feed_is_none(router: Both) -> None:
    served, standin = router
    status, answer = served.post("/v1/cases", case(case_id="c-feed\n"))
    assert (status, answer["error"]["code"]) == (400, "shape")
    assert standin.asked == []


def test_a_repeat_of_a_case_for_a_person_is_told_where_to_ask_too(router: Both) -> None:
    served, _ = router
    raw = json.dumps(case(fields={"injury": True})).encode()
    first, again = (served.call("POST", "/v1/cases", raw) for _ in range(2))
    assert (first[0], again[0], again[2]["idempotent-replayed"]) == (202, 202, "true")
    assert first[2]["location"] == again[2]["location"]


def test_a_raised_case_is_screened_before_a_person_sees_it(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    standin.answers("gemini-flash", drafted(confidence=0.3))
    standin.screen = hide
    high = [*routes["rules"]["high"], {"measure": "confidence", "below": "0.5"}]
    rules = {**routes["rules"], "high": high, "medium": routes["rules"]["medium"][:1]}
    own = {**routes, "rules": rules, "masking": {**routes["masking"], "screened": ["high", "medium"]}}
    with serving(tmp_path, own, standin) as served:
        answer = served.case(fields={"description": "Herr Beispiel called"})
        assert (answer["tier"], answer["outcome"]) == ("high", "review")
        with sqlite3.connect(served.ledger) as store:
            ((masked,),) = store.execute("SELECT masked FROM review").fetchall()
    assert b"Beispiel" not in masked
    assert b"[PERSON_NAME]" in masked


def test_no_model_checks_what_it_may_have_drafted_in_the_tier_below(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    standin.answers("gemini-lite", drafted(confidence=0.3))
    low = {**routes["tiers"]["low"], "model": "gemini-lite"}
    medium = {**routes["tiers"]["medium"], "checker": "gemini-lite"}
    own = {**routes, "tiers": {**routes["tiers"], "low": low, "medium": medium}}
    with serving(tmp_path, own, standin) as served:
        answer = served.case()
    assert (answer["tier"], answer["outcome"]) == ("medium", "review")
    assert answer["objections"] == [NO_OTHER]
    assert len(standin.asked) == 1
