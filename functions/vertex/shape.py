"""Requests to and replies from the two kinds of models, as data. No network.

``managed``: ``generateContent`` of a publisher's model (Vertex AI REST, v1). ``deployed``: ``predict`` of a Model
Garden endpoint whose vLLM container takes chat completions, wrapped in ``instances`` and ``predictions``.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

Count = Annotated[int, msgspec.Meta(ge=0)]


class Prompt(msgspec.Struct, frozen=True):
    """What a model is told, and what it is told it about."""

    instruction: str
    content: str


class Usage(msgspec.Struct, frozen=True):
    """Tokens of one call."""

    input: int = 0
    output: int = 0


class Reply(msgspec.Struct, frozen=True):
    """What a model answered."""

    text: str
    usage: Usage


class ModelError(Exception):
    """No usable answer. ``cause`` is one word for the log; ``usage`` is the most that the call may be billed for."""

    def __init__(self, cause: str, usage: Usage) -> None:
        super().__init__(cause)
        self.cause = cause
        self.usage = usage


class _Part(msgspec.Struct):
    text: str = ""
    thought: bool = False


class _Content(msgspec.Struct):
    parts: list[_Part] = []


class _Candidate(msgspec.Struct, rename="camel"):
    content: _Content = msgspec.field(default_factory=_Content)
    finish_reason: str = ""


class _UsageMetadata(msgspec.Struct, rename="camel"):
    prompt_token_count: Count = 0
    candidates_token_count: Count = 0
    thoughts_token_count: Count = 0


class _Generated(msgspec.Struct, rename="camel"):
    candidates: list[_Candidate] = []
    usage_metadata: _UsageMetadata | None = None


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _ChatUsage(msgspec.Struct):
    prompt_tokens: Count = 0
    completion_tokens: Count = 0


class _Chat(msgspec.Struct):
    choices: list[_Choice] = []
    usage: _ChatUsage | None = None


class _Predicted(msgspec.Struct):
    predictions: _Chat


def tokens(prompt: Prompt) -> int:
    """An estimate from above: three bytes of UTF-8 a token, where Gemini's tokenizer needs about four of English."""
    return len(f"{prompt.instruction}{prompt.content}".encode()) // 3 + 1


def managed_request(prompt: Prompt, most_tokens: int, armor: str | None) -> dict[str, Any]:
    """The body of ``generateContent``; ``armor`` names the Model Armor template that screens both ways."""
    body: dict[str, Any] = {
        "systemInstruction": {"parts": [{"text": prompt.instruction}]},
        "contents": [{"role": "user", "parts": [{"text": prompt.content}]}],
        "generationConfig": {
            "temperature": 0,
            "maxOutputTokens": most_tokens,
            "responseMimeType": "application/json",
        },
    }
    if armor:
        body["modelArmorConfig"] = {"promptTemplateName": armor, "responseTemplateName": armor}
    return body


def deployed_request(prompt: Prompt, most_tokens: int) -> dict[str, Any]:
    """The body of ``predict``; Gemma knows no system role, so the instruction leads the user's turn."""
    turn = {"role": "user", "content": f"{prompt.instruction}\n\n{prompt.content}"}
    chat = {"@requestFormat": "chatCompletions", "messages": [turn], "max_tokens": most_tokens, "temperature": 0}
    return {"instances": [chat]}


def managed_reply(raw: bytes, most: Usage) -> Reply:
    """Read the answer of ``generateContent``; raises ModelError. ``most`` counts where the answer names no usage."""
    try:
        generated = msgspec.json.decode(raw, type=_Generated)
    except (msgspec.DecodeError, RecursionError):
        raise ModelError("garbage", most) from None
    meta = generated.usage_metadata
    # Thoughts are billed as output (Vertex AI pricing, "Gemini").
    usage = Usage(meta.prompt_token_count, meta.candidates_token_count + meta.thoughts_token_count) if meta else most
    if not generated.candidates:
        raise ModelError("blocked", usage)
    first = generated.candidates[0]
    text = "".join(part.text for part in first.content.parts if not part.thought)
    return _whole(text, first.finish_reason, "STOP", "MAX_TOKENS", usage)


def deployed_reply(raw: bytes, most: Usage) -> Reply:
    """Read the answer of ``predict``; raises ModelError."""
    try:
        chat = msgspec.json.decode(raw, type=_Predicted).predictions
    except (msgspec.DecodeError, RecursionError):
        raise ModelError("garbage", most) from None
    usage = Usage(chat.usage.prompt_tokens, chat.usage.completion_tokens) if chat.usage else most
    if not chat.choices:
        raise ModelError("garbage", usage)
    first = chat.choices[0]
    return _whole(first.message.content or "", first.finish_reason or "", "stop", "length", usage)


def _whole(text: str, reason: str, finished: str, too_long: str, usage: Usage) -> Reply:
    if reason == too_long:
        raise ModelError("cut-off", usage)
    if reason != finished:
        raise ModelError("blocked", usage)
    if not text.strip():
        raise ModelError("garbage", usage)
    return Reply(text, usage)
