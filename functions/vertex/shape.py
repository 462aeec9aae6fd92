"""Requests to and replies from the two kinds of models, as data. No network.

``managed``: ``generateContent`` of a publisher's model (Vertex AI REST, v1). ``deployed``: ``predict`` of a Model
Garden endpoint whose vLLM container takes chat completions, wrapped in ``instances`` and ``predictions``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from ledger.price import Usage

# No call has as many tokens; what says so has not counted, and would be booked as money that nobody has.
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class Turn(msgspec.Struct, frozen=True, gc=False):
    """What one side of a conversation said."""

    role: Literal["user", "model"]
    text: str


class Prompt(msgspec.Struct, frozen=True, gc=False):
    """What a model is told, and what it is told it about.

    ``schema`` asks for one JSON object of that form (Vertex AI, ``generationConfig.responseSchema``); ``settings`` are
    other keys of ``generationConfig``.
    """

    instruction: str
    turns: list[Turn]
    schema: dict[str, Any] | None = None
    settings: dict[str, Any] = {}

    def texts(self) -> list[str]:
        """All that is sent and counted as input."""
        texts = [self.instruction, *[turn.text for turn in self.turns]]
        if self.schema is not None:
            texts.append(msgspec.json.encode(self.schema).decode())
        return texts


class Reply(msgspec.Struct, frozen=True, gc=False):
    """What a model answered; ``usage`` is None where it counted nothing."""

    text: str
    usage: Usage | None


class Piece(msgspec.Struct, frozen=True, gc=False):
    """A part of a streamed answer; ``usage`` is the last count so far.

    ``done`` is that the model finished by itself, ``cut`` that its output limit ended it.
    """

    text: str
    usage: Usage | None = None
    done: bool = False
    cut: bool = False


class ModelError(Exception):
    """No usable answer.

    ``cause`` is one word for the log. ``usage`` is what the upstream counted, None where it said nothing. ``sent`` is
    whether it may be billed: Vertex AI charges requests that are answered with status 200 only ("Vertex AI pricing"),
    so one that was refused, or never left, costs nothing. ``again`` is whether another attempt may help, and after how
    many seconds at the earliest.
    """

    def __init__(self, cause: str, *, sent: bool, usage: Usage | None = None, again: float | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.sent = sent
        self.usage = usage
        self.again = again


class _Part(msgspec.Struct, gc=False):
    text: str = ""
    thought: bool = False


class _Content(msgspec.Struct, gc=False):
    parts: list[_Part] = []


class _Candidate(msgspec.Struct, rename="camel", gc=False):
    content: _Content = msgspec.field(default_factory=_Content)
    finish_reason: str = ""


class _UsageMetadata(msgspec.Struct, rename="camel", gc=False):
    prompt_token_count: Count = 0
    tool_use_prompt_token_count: Count = 0
    candidates_token_count: Count = 0
    thoughts_token_count: Count = 0
    cached_content_token_count: Count = 0


class _Feedback(msgspec.Struct, rename="camel", gc=False):
    block_reason: str = ""


class _Generated(msgspec.Struct, rename="camel", gc=False):
    candidates: list[_Candidate] = []
    prompt_feedback: _Feedback | None = None
    usage_metadata: _UsageMetadata | None = None


class _Message(msgspec.Struct, gc=False):
    content: str | None = None


class _Choice(msgspec.Struct, gc=False):
    message: _Message
    finish_reason: str | None = None


class _ChatUsage(msgspec.Struct, gc=False):
    prompt_tokens: Count = 0
    completion_tokens: Count = 0


class _Chat(msgspec.Struct, gc=False):
    choices: list[_Choice] = []
    usage: _ChatUsage | None = None


class _Predicted(msgspec.Struct, gc=False):
    predictions: _Chat


_generated = msgspec.json.Decoder(_Generated).decode
_predicted = msgspec.json.Decoder(_Predicted).decode


def estimate(prompt: Prompt) -> int:
    """Tokens of the prompt at three bytes each, where Gemini's tokenizer needs about four of English.

    It holds a prompt against the route's limit. Money is reserved by ``ledger.bound``, which is proven and larger.
    """
    return sum([len(text) if text.isascii() else len(text.encode()) for text in prompt.texts()]) // 3 + 1


def managed_request(prompt: Prompt, most_tokens: int, armor: str | None) -> dict[str, Any]:
    """The body of ``generateContent``; ``armor`` names the Model Armor template that screens both ways."""
    settings = {"temperature": 0, **prompt.settings, "maxOutputTokens": most_tokens}
    if prompt.schema is not None:
        settings |= {"responseMimeType": "application/json", "responseSchema": prompt.schema}
    body: dict[str, Any] = {
        "systemInstruction": {"parts": [{"text": prompt.instruction}]},
        "contents": [{"role": turn.role, "parts": [{"text": turn.text}]} for turn in prompt.turns],
        "generationConfig": settings,
    }
    if armor:
        body["modelArmorConfig"] = {"promptTemplateName": armor, "responseTemplateName": armor}
    return body


def deployed_request(prompt: Prompt, most_tokens: int) -> dict[str, Any]:
    """The body of ``predict``; Gemma knows no system role, so the instruction leads the first turn."""
    first, *rest = prompt.turns
    turns = [Turn(first.role, f"{prompt.instruction}\n\n{first.text}"), *rest]
    messages = [{"role": "assistant" if turn.role == "model" else "user", "content": turn.text} for turn in turns]
    chat = {"@requestFormat": "chatCompletions", "messages": messages, "max_tokens": most_tokens, "temperature": 0}
    return {"instances": [chat]}


def managed_reply(raw: bytes) -> Reply:
    """Read the answer of ``generateContent``; raises ModelError."""
    generated = _read(raw, _generated)
    usage = _counted(generated)
    if not generated.candidates:
        raise ModelError("blocked", sent=True, usage=usage)
    first = generated.candidates[0]
    return _whole(_said(first), first.finish_reason, "STOP", "MAX_TOKENS", usage)


def managed_piece(raw: bytes) -> Piece:
    """Read one event of ``streamGenerateContent``; raises ModelError."""
    generated = _read(raw, _generated)
    usage = _counted(generated)
    if not generated.candidates:
        if usage is None or (generated.prompt_feedback is not None and generated.prompt_feedback.block_reason):
            raise ModelError("blocked", sent=True, usage=usage)
        return Piece("", usage)
    first = generated.candidates[0]
    if first.finish_reason not in {"", "STOP", "MAX_TOKENS"}:
        raise ModelError("blocked", sent=True, usage=usage)
    return Piece(_said(first), usage, first.finish_reason == "STOP", first.finish_reason == "MAX_TOKENS")


def deployed_reply(raw: bytes) -> Reply:
    """Read the answer of ``predict``; raises ModelError."""
    chat = _read(raw, _predicted).predictions
    usage = Usage(chat.usage.prompt_tokens, chat.usage.completion_tokens) if chat.usage else None
    if not chat.choices:
        raise ModelError("garbage", sent=True, usage=usage)
    first = chat.choices[0]
    return _whole(first.message.content or "", first.finish_reason or "", "stop", "length", usage)


def _read(raw: bytes, decode: Any) -> Any:
    try:
        return decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ModelError("garbage", sent=True) from None


def _counted(generated: _Generated) -> Usage | None:
    meta = generated.usage_metadata
    if meta is None or not meta.prompt_token_count:
        return None
    if not meta.candidates_token_count and generated.candidates and _said(generated.candidates[0]):
        return None  # it said something, and did not count it
    asked = meta.prompt_token_count + meta.tool_use_prompt_token_count
    # Thoughts are billed as output (Vertex AI pricing, "Gemini").
    return Usage(asked, meta.candidates_token_count + meta.thoughts_token_count, meta.cached_content_token_count)


def _said(candidate: _Candidate) -> str:
    return "".join(part.text for part in candidate.content.parts if not part.thought)


def _whole(text: str, reason: str, finished: str, too_long: str, usage: Usage | None) -> Reply:
    if reason == too_long:
        raise ModelError("cut-off", sent=True, usage=usage)
    if reason != finished:
        raise ModelError("blocked", sent=True, usage=usage)
    if not text.strip():
        raise ModelError("garbage", sent=True, usage=usage)
    return Reply(text, usage)
