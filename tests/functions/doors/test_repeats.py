"""What a key promises: one decision, whoever asks how often, and whatever dies in between."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import openai
import pytest
from proposals import drafted, scripted
from served import Served, case, serving
from standin import Slow, Standin, Streamed, generated

Both = tuple[Served, Standin]
# Of the low tier, by its metadata.
TURN = {
    "model": "x",
    "messages": [{"role": "user", "content": "How long is the notice?"}],
    "metadata": {"amount": "900", "injury": "false"},
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[Both]:
    """A router that streams its low tier, since no rule could still hold an answer back."""
    own = {**routes, "business_rules": []}
    with Standin() as standin, serving(tmp_path_factory.mktemp("router"), own, standin) as served:
        yield served, standin


def calls(served: Served) -> list[tuple[str, int, int]]:
    """State, reservation and amount of each call that the ledger has closed, in order."""
    with closing(sqlite3.connect(served.ledger)) as store:
        return store.execute("SELECT state, reserved, amount FROM call ORDER BY at").fetchall()


def spent(served: Served) -> int:
    """What is booked against the month's budget of the stack."""
    with closing(sqlite3.connect(served.ledger)) as store:
        return int(store.execute("SELECT spent FROM account WHERE account LIKE 'stack/*/month/%'").fetchone()[0])


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/chat/completions"])
def test_fifty_callers_of_one_key_get_one_decision(router: Both, path: str) -> None:
    served, standin = router
    standin.answers("gemini-flash", Slow(0.3, drafted()))
    body = json.dumps(case() if path == "/v1/cases" else TURN).encode()
    with ThreadPoolExecutor(50) as pool:
        asked = [pool.submit(served.call, "POST", path, body, Idempotency_Key=f"fifty{path[-1]}") for _ in range(50)]
        answers = [one.result() for one in asked]
    statuses = Counter(status for status, _, _ in answers)
    assert statuses[200] >= 1
    assert set(statuses) <= {200, 409}
    assert {answer["error"]["code"] for status, answer, _ in answers if status == 409} <= {"in-progress"}
    assert len({json.dumps(answer) for status, answer, _ in answers if status == 200}) == 1
    assert len(standin.asked) == 1
    assert served.call("POST", path, body, Idempotency_Key=f"fifty{path[-1]}")[2]["idempotent-replayed"] == "true"


def test_a_turn_of_a_conversation_is_repeated_word_for_word(router: Both) -> None:
    served, standin = router
    standin.answers("gemini-flash", generated("Thirty days."), generated("Sixty days."))
    body = json.dumps(TURN).encode()
    _, first, fresh = served.call("POST", "/v1/chat/completions", body, Idempotency_Key="turn-1")
    _, second, headers = served.call("POST", "/v1/chat/completions", body, Idempotency_Key="turn-1")
    assert (second, headers["idempotent-replayed"]) == (first, "true")
    assert "idempotent-replayed" not in fresh
    assert len(standin.asked) == 1
    _, other, _ = served.call("POST", "/v1/chat/completions", body)
    assert other["choices"][0]["message"]["content"] == "Sixty days.", "without a key each request is a new turn"


def test_a_repeated_stream_streams_the_kept_answer(router: Both) -> None:
    served, standin = router
    standin.answers("gemini-flash", Streamed("Thirty ", "days."))
    client = openai.OpenAI(base_url=f"{served.url}/v1", api_key="identity-token", max_retries=0)

    def streamed() -> list[Any]:
        options = {"include_usage": True}
        return list(
            client.chat.completions.create(
                **TURN, stream=True, stream_options=options, extra_headers={"Idempotency-Key": "stream-1"}
            )
        )

    first, second = streamed(), streamed()
    for chunks in (first, second):
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert (text, chunks[-1].usage.total_tokens) == ("Thirty days.", 120)
    assert {chunk.id for chunk in first} == {chunk.id for chunk in second}
    assert len(standin.asked) == 1


def test_half_a_stream_is_no_decision_so_its_repeat_is_asked_anew(router: Both) -> None:
    served, standin = router
    body = {**TURN, "stream": True}
    standin.answers("gemini-flash", Streamed("Thirty ", "days.", cut_after=1), Streamed("Thirty ", "days."))
    _, broken = served.post("/v1/chat/completions", body, Idempotency_Key="half-1")
    assert "broke off" in broken
    _, whole = served.post("/v1/chat/completions", body, Idempotency_Key="half-1")
    assert "broke off" not in whole
    assert whole.endswith("data: [DONE]\n\n")
    assert len(standin.asked) == 2


def test_the_key_of_a_case_is_none_of_a_conversation(router: Both) -> None:
    served, standin = router
    assert served.post("/v1/cases", case(), Idempotency_Key="shared-1")[0] == 200
    standin.answers("gemini-flash", generated("Thirty days."))
    assert served.post("/v1/chat/completions", TURN, Idempotency_Key="shared-1")[0] == 200
    assert served.post("/v1/chat/completions", {**TURN, "seed": 1}, Idempotency_Key="shared-1")[0] == 409


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 129, "/etc/passwd"])
@pytest.mark.parametrize("path", ["/v1/cases", "/v1/chat/completions"])
def test_what_is_no_key_is_refused(router: Both, path: str, key: str) -> None:
    served, standin = router
    body = case() if path == "/v1/cases" else TURN
    status, answer = served.post(path, body, Idempotency_Key=key)
    assert (status, answer["error"]["code"], standin.asked) == (400, "bad-key", [])


def test_a_router_that_starts_again_knows_what_was_decided(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    body = json.dumps(case(fields={"injury": True})).encode()
    with serving(tmp_path, routes, standin) as served:
        first = served.call("POST", "/v1/cases", body)
        _, state, _ = served.call("GET", first[1]["address"])
    with serving(tmp_path, routes, standin) as served:
        again = served.call("POST", "/v1/cases", body)
        assert (again[:2], again[2]["idempotent-replayed"]) == (first[:2], "true")
        assert served.call("GET", first[1]["address"])[1] == state
    assert len(standin.asked) == 1


def test_what_a_killed_router_had_reserved_stays_spent_and_its_case_is_decided_once_more(
    tmp_path: Path, routes: dict[str, Any], standin: Standin
) -> None:
    scripted(standin)
    body = json.dumps(case()).encode()
    standin.answers("gemini-flash", Slow(60.0, drafted()), drafted())
    with serving(tmp_path, routes, standin) as served, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(served.call, "POST", "/v1/cases", body)
        _until(lambda: len(standin.asked) == 1)
        served.process.kill()
        with pytest.raises(OSError, match=r"(?i)reset|closed|remote"):
            asked.result(20)
    with serving(tmp_path, routes, standin) as served:
        ((state, reserved, amount),) = calls(served)
        assert (state, amount) == ("charged", reserved)
        assert reserved > 200 * 7_500_000, "at the least its output limit at the price of 7.50 for a million tokens"
        _, first, _ = served.call("POST", "/v1/cases", body)
        _, second, _ = served.call("POST", "/v1/cases", body)
        assert first == second
        assert first["outcome"] == "automatic"
    assert len(standin.asked) == 2
    assert [state for state, _, _ in calls(served)] == ["charged", "settled"]
    assert spent(served) == sum(amount for _, _, amount in calls(served))


def _until(done: Any) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen within ten seconds")
