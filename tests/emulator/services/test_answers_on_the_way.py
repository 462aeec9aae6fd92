"""What may happen to a model's answer: late, cut off, garbled, too long, empty, refused."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

import pytest

from tests.emulator.conftest import PROJECT, Emulator

MODELS = f"/aiplatform/v1/projects/{PROJECT}/locations/europe-west4/publishers"
GEMINI = f"{MODELS}/google/models/gemini-3.5-flash"
CLAUDE = f"{MODELS}/anthropic/models/claude-sonnet-4-5"
CHAT = f"/aiplatform/v1/projects/{PROJECT}/locations/europe-west4/endpoints/openapi/chat/completions"
ASKED = {"contents": [{"role": "user", "parts": [{"text": "How much?"}]}]}
TEXT = " ".join(f"word{number}" for number in range(40))


def script(emulator: Emulator, **answer: Any) -> None:
    emulator.ok("POST", "/_script", {"answers": [answer]})


def ask(emulator: Emulator, path: str, body: Any) -> tuple[list[float], bytes, bool]:
    """(seconds at which each read returned, body, whether it came to its end)."""
    connection = http.client.HTTPConnection("127.0.0.1", emulator.port, timeout=20)
    try:
        started, times, got = time.monotonic(), [], b""
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200
        try:
            while part := answer.read1(65536):
                times.append(time.monotonic() - started)
                got += part
        except http.client.IncompleteRead as cut:
            return times, got + cut.partial, False
        return times, got, answer.length in (None, 0)
    finally:
        connection.close()


def events(body: bytes) -> list[Any]:
    return [json.loads(line[6:]) for line in body.decode().splitlines() if line.startswith("data: {")]


def said(answer: Any) -> str:
    return "".join(part["text"] for part in answer["candidates"][0]["content"]["parts"])


def test_a_stream_waits_before_its_first_part_and_between_parts(emulator: Emulator) -> None:
    script(emulator, text=TEXT, first_seconds=0.3, between_seconds=0.1)
    times, body, whole = ask(emulator, f"{GEMINI}:streamGenerateContent?alt=sse", ASKED)
    assert whole
    assert "".join(said(event) for event in events(body)) == TEXT
    assert times[0] >= 0.3
    assert len(times) == len(events(body)) == 5
    assert times[-1] - times[0] >= 0.35


@pytest.mark.parametrize("parts", [0, 2])
def test_a_stream_is_cut_after_some_parts(emulator: Emulator, parts: int) -> None:
    script(emulator, text=TEXT, cut_after=parts)
    _, body, whole = ask(emulator, f"{GEMINI}:streamGenerateContent?alt=sse", ASKED)
    assert not whole
    assert len(events(body)) == parts
    assert b"usageMetadata" not in body


def test_a_plain_answer_is_cut_in_its_middle(emulator: Emulator) -> None:
    script(emulator, text=TEXT, cut_after=1)
    _, body, whole = ask(emulator, f"{GEMINI}:generateContent", ASKED)
    assert not whole
    assert body.startswith(b'{"candidates"')


def test_parts_are_garbled(emulator: Emulator) -> None:
    script(emulator, text=TEXT, garble_after=1, count=1)
    script(emulator, text=TEXT, garble_after=0, count=1)
    _, body, whole = ask(emulator, f"{GEMINI}:streamGenerateContent?alt=sse", ASKED)
    lines = [line for line in body.decode().splitlines() if line.startswith("data: ")]
    assert whole
    json.loads(lines[0][6:])
    with pytest.raises(ValueError, match="line 1"):
        json.loads(lines[1][6:])
    _, body, whole = ask(emulator, f"{GEMINI}:generateContent", ASKED)
    assert whole
    with pytest.raises(ValueError, match="line 1"):
        json.loads(body)


def test_the_scripts_own_bytes_are_sent(emulator: Emulator) -> None:
    script(emulator, raw=["data: {}\n\n", "data: nonsense\n\n"])
    _, body, _ = ask(emulator, f"{GEMINI}:streamGenerateContent?alt=sse", ASKED)
    assert body == b"data: {}\n\ndata: nonsense\n\n"


def test_an_answer_ends_at_the_limit_unless_it_overruns_it(emulator: Emulator) -> None:
    limited = {**ASKED, "generationConfig": {"maxOutputTokens": 10}}
    script(emulator, text=TEXT, answer_tokens=40, count=1)
    script(emulator, text=TEXT, answer_tokens=40, overrun=True, count=1)
    script(emulator, text=TEXT, answer_tokens=40, thought_tokens=12, count=1)
    kept = emulator.ok("POST", f"{GEMINI}:generateContent", limited)
    assert kept["candidates"][0]["finishReason"] == "MAX_TOKENS"
    assert kept["usageMetadata"]["candidatesTokenCount"] == 10
    assert said(kept) == TEXT[: len(TEXT) // 4]
    over = emulator.ok("POST", f"{GEMINI}:generateContent", limited)
    assert (over["candidates"][0]["finishReason"], said(over)) == ("STOP", TEXT)
    assert over["usageMetadata"]["candidatesTokenCount"] == 40
    thought = emulator.ok("POST", f"{GEMINI}:generateContent", limited)
    assert "parts" not in thought["candidates"][0]["content"]
    assert thought["candidates"][0]["finishReason"] == "MAX_TOKENS"


def test_there_may_be_no_candidate_no_counts_and_a_refused_prompt(emulator: Emulator) -> None:
    for answer in ({"candidates": []}, {"block_reason": "SAFETY"}, {"text": "yes", "usage": False}):
        script(emulator, **answer, count=2)
    for ending in ("generateContent", "streamGenerateContent?alt=sse"):
        assert "candidates" not in json.loads(_first(emulator, ending))
        if ending == "generateContent":
            continue
    for _ in range(2):
        assert json.loads(_first(emulator, "generateContent"))["promptFeedback"] == {"blockReason": "SAFETY"}
    assert "usageMetadata" not in json.loads(_first(emulator, "generateContent"))


def _first(emulator: Emulator, ending: str) -> str:
    _, body, whole = ask(emulator, f"{GEMINI}:{ending}", ASKED)
    assert whole
    return body.decode().removeprefix("data: ").split("\r\n")[0]


def test_a_refusal_says_when_to_come_back_and_may_come_late(emulator: Emulator) -> None:
    error = {"status": "RESOURCE_EXHAUSTED", "message": "no tokens left", "retry_after": 7}
    script(emulator, error=error, count=1)
    script(emulator, error=error, error_after=2, text=TEXT, count=1)
    status, headers, _ = emulator.raw("POST", f"{GEMINI}:generateContent", json.dumps(ASKED).encode())
    assert (status, headers["retry-after"]) == (429, "7")
    _, body, _ = ask(emulator, f"{GEMINI}:streamGenerateContent?alt=sse", ASKED)
    assert [list(event) for event in events(body)][-1] == ["error"]
    assert len(events(body)) == 3


def test_other_publishers_stream_in_their_own_words(emulator: Emulator) -> None:
    script(emulator, text=TEXT, answer_tokens=40, prompt_tokens=9)
    question = {"messages": [{"role": "user", "content": "How much?"}], "stream": True, "max_tokens": 20}
    _, body, _ = ask(emulator, f"{CLAUDE}:streamRawPredict", {**question, "anthropic_version": "vertex-2023-10-16"})
    found = events(body)
    assert [event["type"] for event in found[:2]] == ["message_start", "content_block_start"]
    assert "".join(e["delta"]["text"] for e in found if e["type"] == "content_block_delta") == TEXT[: len(TEXT) // 2]
    assert found[-2]["delta"]["stop_reason"] == "max_tokens"
    assert found[-2]["usage"] == {"output_tokens": 20}
    _, body, _ = ask(emulator, CHAT, {**question, "model": "google/gemini-3.5-flash", "max_tokens": 100})
    assert body.endswith(b"data: [DONE]\n\n")
    assert "".join(e["choices"][0]["delta"].get("content", "") for e in events(body)) == TEXT
    assert events(body)[-1]["usage"] == {"prompt_tokens": 9, "completion_tokens": 40, "total_tokens": 49}


def test_an_answer_of_any_service_is_cut_or_garbled(emulator: Emulator) -> None:
    path = f"/secretmanager/v1/projects/{PROJECT}/secrets?secretId="
    body = {"replication": {"automatic": {}}}
    emulator.ok("POST", "/_faults", {"faults": [{"kind": "cut"}, {"kind": "garbled"}]})
    assert not ask(emulator, path + "one", body)[2]
    _, got, whole = ask(emulator, path + "two", body)
    assert whole
    with pytest.raises(ValueError, match="line 1"):
        json.loads(got)
    assert emulator.ok("GET", f"/secretmanager/v1/projects/{PROJECT}/secrets")["totalSize"] == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cut_after": -1}, "expected a number"),
        ({"first_seconds": "soon"}, "expected a number"),
        ({"between_seconds": True}, "expected a number"),
        ({"prompt_tokens": 1.5}, "expected a whole number"),
        ({"parts": ["text"]}, "list of objects"),
        ({"error": "later"}, "object with"),
        ({"match": "("}, "not a regular expression"),
    ],
)
def test_a_script_that_is_of_no_use_is_refused(emulator: Emulator, wrong: dict[str, Any], said: str) -> None:
    assert said in emulator.refused(400, "POST", "/_script", {"answers": [wrong]})["message"]
