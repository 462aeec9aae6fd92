"""``/v1/chat/completions`` as OpenAI's own client sees it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai
import pytest
from proposals import scripted
from served import Served, serving
from standin import Standin, Streamed, generated, hide, predicted

Both = tuple[Served, Standin]


@pytest.fixture(scope="module")
def chatting(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[Both]:
    """A router whose tiers follow from the words of the conversation and from its metadata."""
    rules = {
        "high": [{"measure": "text", "mentions": ["lawyer"]}],
        "medium": [{"measure": "text", "mentions": ["pay", "leave"]}, {"field": "topic", "is": "illness"}],
    }
    ruled = {"name": "no-promise", "tiers": ["medium"], "otherwise": "the answer promises something"}
    require = {"not": {"output": "text", "mentions": ["guarantee"]}}
    # A topic that nobody names must not raise the tier.
    rules["medium"][1] = {"all": [{"field": "topic", "given": True}, rules["medium"][1]]}
    topic = {"type": "choice", "values": ["illness", "travel"], "missing": "allow"}
    intake = {**routes["intake"], "fields": {**routes["intake"]["fields"], "topic": topic}}
    own = {
        **routes,
        "intake": intake,
        "output": {"text": {"type": "text"}},
        "rules": rules,
        "segments": {},
        "business_rules": [{**ruled, "require": require}],
    }
    with Standin() as standin, serving(tmp_path_factory.mktemp("chat"), own, standin) as served:
        yield served, standin


@pytest.fixture
def chat(chatting: Both) -> Both:
    served, standin = chatting
    scripted(standin)
    standin.answers("gemini-flash", generated("Thirty days."))
    return served, standin


@pytest.fixture
def rewritten(tmp_path: Path, routes: dict[str, Any], standin: Standin) -> Iterator[Served]:
    """A router whose low tier has a formatter, and a rule on what is said in the end."""
    scripted(standin)
    low = {**routes["tiers"]["low"], "formatter": "gemini-lite"}
    require = {"not": {"output": "text", "mentions": ["guarantee"]}}
    ruled = {"name": "no-promise", "tiers": ["low"], "otherwise": "the answer promises something", "require": require}
    own = {
        **routes,
        "tiers": {"low": low},
        "output": {"text": {"type": "text"}},
        "rules": {},
        "segments": {},
        "business_rules": [ruled],
    }
    with serving(tmp_path, own, standin) as served:
        yield served


def test_the_rules_are_held_against_what_the_formatter_wrote(rewritten: Served, standin: Standin) -> None:
    standin.answers("gemini-flash", generated("Thirty days."))
    standin.answers("gemini-lite", generated('{"text": "We guarantee you thirty days."}'))
    turn = {"model": "x", "messages": [{"role": "user", "content": "How long?"}]}
    _, answer = rewritten.post("/v1/chat/completions", turn)
    assert (answer["lockgate"]["outcome"], answer["lockgate"]["cause"]) == ("review", "rule")
    assert "guarantee" not in answer["choices"][0]["message"]["content"]


def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key="identity-token", max_retries=0)


def ask(served: Served, text: str, **more: Any) -> Any:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]
    return client(served).chat.completions.create(model="claims-triage", messages=messages, **more)


def test_the_low_tier_is_answered(chat: Both) -> None:
    served, standin = chat
    answer = ask(served, "How long is the notice?")
    assert answer.choices[0].message.content == "Thirty days."
    assert answer.choices[0].finish_reason == "stop"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (100, 20)
    assert answer.model_extra["lockgate"]["outcome"] == "automatic"
    assert "Be brief." in standin.asked[0][1]["systemInstruction"]["parts"][0]["text"]


def test_a_stream_comes_in_the_models_pieces(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", Streamed("Thirty ", "days, ", "and no more."))
    chunks = list(ask(served, "How long?", stream=True, stream_options={"include_usage": True}))
    texts = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices and chunk.choices[0].delta.content]
    assert texts == ["Thirty ", "days, ", "and no more."]
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage.total_tokens == 120
    assert standin.asked[0][0] == "gemini-flash:streamGenerateContent"
    assert served.log[-1]["cost"] == pytest.approx((100 * 1.5 + 20 * 7.5) / 1e6)


def test_what_is_to_be_validated_is_not_streamed_before_it_is(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemma", predicted('{"agrees": true, "reasons": []}'))
    chunks = list(ask(served, "When do I get my pay?", stream=True))
    assert [call for call, _ in standin.asked] == ["gemini-flash:generateContent", "gemma:predict"]
    assert chunks[0].choices[0].delta.content == "Thirty days."
    assert chunks[-1].model_extra["lockgate"]["outcome"] == "validated"


def test_a_broken_business_rule_withholds_the_answer(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", generated("We guarantee thirty days."))
    answer = ask(served, "When do I get my pay?")
    assert answer.choices[0].message.content == "To the ordinary queue."
    assert answer.choices[0].finish_reason == "content_filter"
    note = answer.model_extra["lockgate"]
    assert (note["outcome"], note["cause"]) == ("review", "rule")
    assert served.call("GET", note["address"])[1]["state"] == "waiting"


def test_metadata_decides_the_tier_too(chat: Both) -> None:
    answer = ask(chat[0], "How long?", metadata={"topic": "illness"})
    assert answer.model_extra["lockgate"]["tier"] == "medium"


def test_the_high_tier_is_a_persons(chat: Both) -> None:
    answer = ask(chat[0], "My lawyer asks.")
    assert answer.model_extra["lockgate"]["outcome"] == "review"
    assert answer.choices[0].message.content == "To the ordinary queue."


def test_what_patterns_find_no_model_sees(chat: Both) -> None:
    served, standin = chat
    ask(served, "Write to erika@example.com about 4111 1111 1111 1111.")
    assert "erika" not in json.dumps(standin.asked)
    assert "4111" not in json.dumps(standin.asked)


def test_a_stream_that_fails_before_it_began_ends_in_the_fallback(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", 400)
    chunks = list(ask(served, "How long?", stream=True))
    assert chunks[0].choices[0].delta.content == "To the ordinary queue."


def test_half_a_stream_is_an_error_to_the_client_and_stays_charged(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", Streamed("Thirty ", "days.", cut_after=1))
    with pytest.raises(openai.APIError, match="broke off"):
        list(ask(served, "How long?", stream=True))
    entry = served.log[-1]
    assert (entry["outcome"], entry["cause"]) == ("fallback", "broken-off")
    # Nobody knows what was counted, so the whole reservation stays spent.
    assert entry["cost"] > 200 * 7.5 / 1e6


def test_a_reader_who_leaves_ends_the_call_and_pays(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", Streamed(*["word "] * 20_000))
    stream = ask(served, "How long?", stream=True)
    next(iter(stream))
    stream.close()
    for _ in range(100):
        if served.log and served.log[-1].get("cause") == "reader-gone":
            break
        time.sleep(0.05)
    with sqlite3.connect(served.ledger) as store:
        states = store.execute("SELECT state FROM call ORDER BY closed_at DESC LIMIT 1").fetchall()
    assert (served.log[-1]["cause"], states) == ("reader-gone", [("charged",)])


@pytest.mark.parametrize(
    "more",
    [
        {"n": 2},
        {"tools": [{"type": "function", "function": {"name": "f"}}]},
        {"logprobs": True},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]},
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "x"}]},
        {"max_tokens": 0},
    ],
    ids=["n", "tools", "logprobs", "picture", "empty", "no-user", "max-tokens"],
)
def test_what_would_be_ignored_is_refused(chat: Both, more: dict[str, Any]) -> None:
    served, standin = chat
    with pytest.raises(openai.BadRequestError) as refused:
        client(served).chat.completions.create(
            **{"model": "x", "messages": [{"role": "user", "content": "Hello"}], **more}
        )
    assert refused.value.code == "shape"
    assert standin.asked == []


def test_the_clients_limit_lowers_the_charters_and_never_raises_it(chat: Both) -> None:
    served, standin = chat
    ask(served, "How long?", max_tokens=7)
    ask(served, "How long?", max_completion_tokens=9000)
    limits = [body["generationConfig"]["maxOutputTokens"] for _, body in standin.asked]
    assert limits == [7, 200]


def test_the_models_that_a_client_may_name(chat: Both) -> None:
    assert [model.id for model in client(chat[0]).models.list()] == ["claims-triage"]


def test_a_page_of_digits_holds_nobody_else_up(chat: Both) -> None:
    """What takes a second to mask is masked beside the others' requests."""
    served, _ = chat

    def asked(text: str) -> Any:
        body = {"model": "claims-triage", "messages": [{"role": "user", "content": text}]}
        status, answer = served.post("/v1/chat/completions", body)
        assert status == 200
        return answer

    with ThreadPoolExecutor(1) as other:
        long = other.submit(asked, "12.5 +1 (23)/456@7:8 " * 40_000)
        answered = 0
        while not long.done():
            assert asked("How long do I have?")["choices"][0]["message"]["content"] == "Thirty days."
            answered += 1
    assert long.result()["lockgate"]["cause"] == "too-long"
    # One is, where the loop waits for the masking.
    assert answered > 5


def test_what_developers_say_is_screened_with_the_rest(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", generated("Thirty days."))
    standin.screen = hide
    messages = [
        {"role": "developer", "content": "The caller is Herr Beispiel."},
        {"role": "user", "content": "May I leave on Friday?"},
    ]
    try:
        served.post("/v1/chat/completions", {"model": "x", "messages": messages})
    finally:
        standin.screen = None
    assert "Beispiel" in standin.screened[-1]
    assert "Beispiel" not in json.dumps(standin.asked)
    assert "[PERSON_NAME]" in json.dumps(standin.asked)


@pytest.mark.parametrize("document", [None, 5, "x", {"a": 1}, [5, "x"], ["x"], ["x", "y", "z"]])
def test_what_comes_back_in_another_shape_was_not_screened(chat: Both, document: Any) -> None:
    served, standin = chat
    done = {"executionState": "EXECUTION_SUCCESS", "matchState": "MATCH_FOUND", "data": {"text": json.dumps(document)}}
    standin.screen = {"filterResults": {"sdp": {"sdpFilterResult": {"deidentifyResult": done}}}}
    try:
        answer = ask(served, "May I leave on Friday?")
    finally:
        standin.screen = None
    assert answer.model_extra["lockgate"]["cause"] == "not-screened"
    assert standin.asked == []


def test_personal_data_among_what_stops_the_model_is_refused(chat: Both) -> None:
    served, standin = chat
    with pytest.raises(openai.BadRequestError) as refused:
        ask(served, "How long?", stop=["erika@example.com"])
    assert (refused.value.code, refused.value.param) == ("shape", "stop")
    ask(served, "How long?", stop="END")
    assert [body["generationConfig"]["stopSequences"] for _, body in standin.asked] == [["END"]]


def test_a_refusal_repeats_nothing_of_the_callers(chat: Both) -> None:
    served, _ = chat
    turn = {"role": "user", "content": "Hello", "x - at `$erika@example.com": 1}
    status, answer = served.post("/v1/chat/completions", {"model": "x", "messages": [turn]})
    assert status == 400
    assert "erika" not in json.dumps(answer)


def test_no_person_waits_for_a_stream_that_broke_off(chat: Both) -> None:
    served, standin = chat
    standin.answers("gemini-flash", Streamed("Thirty ", "days.", cut_after=1))
    with pytest.raises(openai.APIError, match="broke off"):
        list(ask(served, "How long?", stream=True))
    with sqlite3.connect(served.ledger) as store:
        waiting = [reason for (reason,) in store.execute("SELECT reason FROM review")]
    assert "broken-off" not in waiting
