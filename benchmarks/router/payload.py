"""What is asked and what is answered: the same for every server under test."""

from __future__ import annotations

import json
from typing import Any

MODEL = "gemini-2.5-flash"
"""As the routes name it; LiteLLM gets it as an alias, the others pass the name on."""

NUMBER = b"000000000000"
"""Stands once in each body; the load generator puts another number there each time, so that nothing is a repetition."""

TOLD = "the estimate of the workshop fits the photographs"
"""Every good answer contains it: it goes from the upstream through the server under test to the caller."""

_SAID = {
    "output": {"decision": "pay"},
    "reasons": [TOLD, "the papers are complete and were sent within a week of the incident"],
    "facts": ["amount", "papers_complete"],
    "confidence": 0.93,
}
_TOKENS = (412, 58)

_CLAIM = (
    "On the way home from work a stone that a lorry threw up hit the windscreen on the passenger's side. The crack is "
    "about twenty centimetres long and grows. The workshop offered to change the glass on Thursday and sent an "
    "estimate of 640 euros with three photographs. Nobody was hurt, the police were not called, and the lorry could "
    "not be found. I have had no other claim in the last five years."
)


def chat() -> bytes:
    """The body of ``POST /v1/chat/completions``, as OpenAI's clients send it."""
    system = "You help the staff of an insurer with claims on motor policies. Answer briefly, and only from the claim."
    document = {
        "model": MODEL,
        "messages": [
            {"role": "system", "content": system},
            {"role": "user", "content": f"Claim {NUMBER.decode()}: {_CLAIM} What should happen next?"},
        ],
        "max_tokens": 256,
        "temperature": 0,
    }
    return json.dumps(document).encode()


def case() -> bytes:
    """The body of ``POST /v1/cases``: an old schema's case that is migrated, masked and put into the low tier."""
    document = {
        "case_id": f"claim-{NUMBER.decode()}",
        "source": "claims-portal",
        "schema": "3",
        "fields": {
            "betrag": "640,00",
            "incident_date": "14.11.2026",
            "papers_complete": "ja",
            "category": "glass",
            "injury": "nein",
            "holder_name": "Erika Example",
            "iban": "DE89 3704 0044 0532 0130 00",
            "description": f"{_CLAIM} Please write to erika@example.com.",
        },
    }
    return json.dumps(document).encode()


def completed() -> bytes:
    """The upstream's reply as an OpenAI-compatible server gives it."""
    prompt, completion = _TOKENS
    document = {
        "id": "chatcmpl-7c1d0a52",
        "object": "chat.completion",
        "created": 1795305600,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": json.dumps(_SAID), "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion},
        "system_fingerprint": "fp_5f2a",
    }
    return json.dumps(document).encode()


def generated() -> bytes:
    """The upstream's reply as Vertex AI's ``generateContent`` gives it: the same text and counts."""
    prompt, candidates = _TOKENS
    document: dict[str, Any] = {
        "candidates": [
            {
                "content": {"role": "model", "parts": [{"text": json.dumps(_SAID)}]},
                "finishReason": "STOP",
                "avgLogprobs": -0.12,
            }
        ],
        "usageMetadata": {
            "promptTokenCount": prompt,
            "candidatesTokenCount": candidates,
            "totalTokenCount": prompt + candidates,
            "trafficType": "ON_DEMAND",
        },
        "modelVersion": MODEL,
        "createTime": "2026-11-22T08:00:00.000000Z",
        "responseId": "7c1d0a52",
    }
    return json.dumps(document).encode()
