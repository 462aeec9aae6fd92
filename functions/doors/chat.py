"""``/v1/chat/completions``: OpenAI's form of a conversation, so that a client works by changing its base URL.

What the charter decides is not the client's to choose: the model, the limits, and whether a person looks. Keys that
would change what is asked (tools, pictures, several answers) are refused, never ignored.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Annotated, Any, Literal

import msgspec

from calls.caller import Job
from doors import repeats
from doors.http import Answer, Failure, Incoming, Refused, Stream, json, refusal
from doors.repeats import Kept
from flow.decide import Talk
from flow.outcome import Decided, Outcome, Proposed
from ledger.store import Claim
from mask.patterns import Tried
from normalise.text import speakable
from route.judge import Facts
from route.table import Tier
from screen.armor import ScreenError
from serving.record import Told, digest
from serving.router import Router, Shown
from vertex.shape import ModelError, Piece, Turn

MOST_BYTES = 1_048_576
MOST_TURNS = 200


class TextPart(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A part of a message."""

    type: Literal["text"]
    text: str


class Message(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One message; ``developer`` and ``system`` are the assistant's own instructions."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]
    name: str | None = None

    def text(self) -> str:
        """Its text."""
        return self.content if isinstance(self.content, str) else "\n".join(part.text for part in self.content)


class StreamOptions(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What a stream ends with."""

    include_usage: bool = False


class ChatRequest(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The body of ``POST /v1/chat/completions``: text conversations, one answer.

    ``model`` is kept for clients that must send one; the charter's routing chooses. ``metadata`` holds the facts that
    the tiers' rules ask for, as text.
    """

    model: str
    messages: Annotated[list[Message], msgspec.Meta(min_length=1, max_length=MOST_TURNS)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=-(2**31), lt=2**31)] | None = None
    stop: str | Annotated[list[str], msgspec.Meta(max_length=5)] | None = None
    n: Literal[1] | None = None
    user: str | None = None
    store: Literal[False] | None = None
    metadata: Annotated[dict[str, str], msgspec.Meta(max_length=16)] | None = None


class Note(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What OpenAI's form has no place for: what became of the conversation, and where to ask for a person's answer."""

    outcome: Outcome
    tier: Tier
    why: list[str]
    cause: str | None = None
    address: str | None = None


Parts = AsyncGenerator[bytes, None]
_decode = msgspec.json.Decoder(ChatRequest).decode
_encode = msgspec.json.Encoder(decimal_format="string").encode


class _Opened(msgspec.Struct, frozen=True, gc=False):
    """A conversation on its way."""

    id: str
    tenant: str
    tier: Tier
    why: list[str]
    talk: Talk
    job: Job
    found: dict[str, int]
    segments: list[str]
    created: int
    started: float
    trace: str
    usage_wanted: bool
    claim: Claim | None


async def post(router: Router, incoming: Incoming, trace: str) -> Answer | Stream:
    """Answer the next turn of a conversation; raises Refused."""
    started = time.monotonic()
    tenant = await router.callers.tenant(incoming)
    raw = await incoming.body(MOST_BYTES)
    # What a caller takes to send it is not the models' time: a late call is paid for, and says of them that they hang.
    deadline = router.deadline()
    asked = _read(raw)
    key = repeats.key(incoming)
    # No key of a case has a slash, so a conversation and a case never share one.
    claim = None if key is None else repeats.claim(router, f"{tenant}/chat/{key}", raw)
    known = None if claim is None else await repeats.known(router, claim)
    if known is not None:
        return _replayed(asked, known)
    async with repeats.Undecided(router, claim):
        take = partial(_opened, router, asked, claim, tenant=tenant, started=started, deadline=deadline, trace=trace)
        return await _answered(router, await router.read(len(raw), take), asked)


def _wants_usage(asked: ChatRequest) -> bool:
    return asked.stream_options is not None and asked.stream_options.include_usage


def _opened(
    router: Router, asked: ChatRequest, claim: Claim | None, *, tenant: str, started: float, deadline: float, trace: str
) -> _Opened:
    said, instructions, turns = [], [], []
    found: dict[str, int] = {}
    tried: Tried = {}
    for one in asked.messages:
        text = one.text()
        if one.role == "user":
            masked, seen = router.masker.text(text, tried)
            said.append(text)
            turns.append(Turn("user", masked))
        elif one.role == "assistant":
            masked, seen = router.masker.text(text, tried)
            turns.append(Turn("model", masked))
        else:
            masked, seen = router.masker.instruction(text, tried)
            instructions.append(masked)
        for name, count in seen.items():
            found[name] = found.get(name, 0) + count
    if any(router.masker.text(stop, tried)[1] for stop in _stops(asked)):
        # Hidden it would stop at something else.
        raise Refused(
            400, "shape", "`stop` has personal data in it, which no model may see; leave it out", param="stop"
        )
    facts = Facts(router.metadata.read(asked.metadata or {}), text="\n".join(said))
    tier, why = router.judge.placed(facts)
    most = min(filter(None, (asked.max_tokens, asked.max_completion_tokens)), default=None)
    return _Opened(
        f"chatcmpl-{router.name()}",
        tenant,
        tier,
        why,
        Talk(instructions, turns, _settings(asked), most, facts),
        Job(tenant, tier, deadline, []),
        found,
        facts.segments or [],
        int(router.clock()),
        started,
        trace,
        _wants_usage(asked),
        claim,
    )


async def _answered(router: Router, opened: _Opened, asked: ChatRequest) -> Answer | Stream:
    tier, why = opened.tier, opened.why
    cause = await router.stops.within(tier, opened.job.deadline)
    attacks: list[str] = []
    if cause is None and router.screens(tier):
        try:
            talk, attacks = await _screened(router, opened.talk, tier, opened.job.deadline)
            opened = msgspec.structs.replace(opened, talk=talk)
        except ScreenError:
            cause = "not-screened"
    if cause is None and not attacks and asked.stream and router.core.streams(tier):
        return Stream(await _begun(router, opened))
    if attacks:
        objections = [f"Model Armor found {name} in the conversation" for name in attacks]
        decided = Decided("review", tier, why, objections=objections, cause="attack")
    elif cause is not None:
        decided = router.core.fallback(tier, why, cause)
    else:
        decided = await router.run(router.core.talk(opened.talk, tier, why), opened.job)
    whole = _completion(router, opened, decided)
    await _kept(router, opened, decided, whole)
    return Stream(_told(whole, usage_wanted=opened.usage_wanted)) if asked.stream else json(200, whole)


async def _screened(router: Router, talk: Talk, tier: Tier, deadline: float) -> tuple[Talk, list[str]]:
    """The conversation as a model may see it, instructions included, and the attacks in it; raises ScreenError."""
    said = [*talk.instructions, *(turn.text for turn in talk.turns)]
    texts, attacks = await router.screened_texts(tier, said, deadline)
    count = len(talk.instructions)
    turns = [Turn(turn.role, text) for turn, text in zip(talk.turns, texts[count:], strict=True)]
    return msgspec.structs.replace(talk, instructions=texts[:count], turns=turns), attacks


def _replayed(asked: ChatRequest, known: Kept) -> Answer | Stream:
    """The answer that was kept, in the form of the first: a repeat is the same request, ``stream`` included."""
    if not asked.stream:
        return Answer(known.status, bytes(known.body), repeats.REPLAYED)
    return Stream(_told(msgspec.json.decode(known.body), usage_wanted=_wants_usage(asked)), repeats.REPLAYED)


def _read(raw: bytes) -> ChatRequest:
    try:
        asked = _decode(raw)
    except msgspec.ValidationError as error:
        said, _, at = str(error).rpartition(" - at `$")
        said, at = said or at, at if said else ""
        message = f"{_unquoting(said)}; this door takes text conversations and one answer"
        raise Refused(400, "shape", message, param=at.rstrip("`").lstrip(".") or None) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refused(400, "not-json", "the body is not JSON, or is cut off; send one UTF-8 JSON object") from None
    if not asked.messages[-1].role == "user":
        raise Refused(400, "shape", "the last message is not the user's; send what is to be answered", param="messages")
    return asked


def _unquoting(said: str) -> str:
    """What msgspec says is wrong, without the caller's own text, which it repeats."""
    what, quoted, name = said.partition("unknown field `")
    if quoted:
        return f"{what}unknown field {speakable(name.rstrip('`'))}"
    return said.partition(" value ")[0] if said.startswith("Invalid") else said


def _settings(asked: ChatRequest) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    if asked.temperature is not None:
        settings["temperature"] = asked.temperature
    if asked.top_p is not None:
        settings["topP"] = asked.top_p
    if asked.seed is not None:
        settings["seed"] = asked.seed
    if asked.stop is not None:
        settings["stopSequences"] = _stops(asked)
    return settings


def _stops(asked: ChatRequest) -> list[str]:
    return [asked.stop] if isinstance(asked.stop, str) else asked.stop or []


async def _kept(router: Router, opened: _Opened, decided: Decided, whole: dict[str, Any] | None) -> None:
    """Make the record durable; ``whole`` is what repeats get, and where it is None they are decided anew."""
    kept = None
    if opened.claim is not None and whole is not None:
        kept = repeats.keeping(opened.claim, 200, _encode(whole))
    elif opened.claim is not None:
        router.ledger.decided(opened.claim, None)
    shown = opened.talk.turns
    told = Told(
        opened.id,
        opened.tenant,
        "chat",
        decided.tier,
        decided.why,
        decided.outcome,
        router.table.currency,
        digest(shown),
        segments=opened.segments,
        found=opened.found,
        cause=decided.cause,
        rules=decided.rules,
        objections=decided.objections,
        decision=_hashed(decided.decision),
        proposal=_hashed(decided.proposal),
        calls=opened.job.calls,
    )
    # Of a stream that broke off the caller has the words, and no address at which a person's would be.
    where = None if whole is None else Shown(f"{opened.tenant}/{opened.id}", shown)
    await router.kept(told, decided, where, kept, started=opened.started, trace=opened.trace)


def _hashed(said: Proposed | None) -> Proposed | None:
    """An answer in the audit trail is its digest: the transcripts keep its words, for as long as the charter allows."""
    return None if said is None else msgspec.structs.replace(said, text="sha256:" + digest(said.text))


def _words(router: Router, decided: Decided) -> tuple[str, str]:
    if decided.decision is not None:
        return decided.decision.text or "", "stop"
    return router.table.fallback.description, "content_filter"


def _note(router: Router, opened: _Opened, decided: Decided) -> Note:
    address = f"/v1/cases/{opened.id}" if router.fallen_to_person(decided) else None
    return Note(decided.outcome, decided.tier, decided.why, decided.cause, address)


def _usage(opened: _Opened) -> dict[str, int]:
    asked = said = 0
    for call in opened.job.calls:
        asked += call.input
        said += call.output
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def _completion(router: Router, opened: _Opened, decided: Decided) -> dict[str, Any]:
    said, reason = _words(router, decided)
    message = {"role": "assistant", "content": said, "refusal": None}
    return {
        "id": opened.id,
        "object": "chat.completion",
        "created": opened.created,
        "model": router.table.use_case,
        "choices": [{"index": 0, "message": message, "finish_reason": reason, "logprobs": None}],
        "usage": _usage(opened),
        "lockgate": _note(router, opened, decided),
    }


def _event(whole: dict[str, Any], choices: list[dict[str, Any]], **more: Any) -> bytes:
    head = {name: whole[name] for name in ("id", "created", "model")}
    return b"data: " + _encode({**head, "object": "chat.completion.chunk", "choices": choices, **more}) + b"\n\n"


def _chunk(whole: dict[str, Any], delta: dict[str, Any], reason: str | None = None, **more: Any) -> bytes:
    return _event(whole, [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}], **more)


def _ending(whole: dict[str, Any], *, usage_wanted: bool) -> bytes:
    """What a stream ends with, once its record is durable."""
    last = _chunk(whole, {}, whole["choices"][0]["finish_reason"], lockgate=whole["lockgate"])
    if usage_wanted:
        last += _event(whole, [], usage=whole["usage"])
    return last + b"data: [DONE]\n\n"


def _broken(cause: str) -> bytes:
    message = "the answer broke off; what came before is not a whole answer"
    failure: Failure = msgspec.json.decode(refusal(Refused(502, cause, message)).body, type=Failure)
    return b"data: " + _encode(failure) + b"\n\ndata: [DONE]\n\n"


async def _told(whole: dict[str, Any], *, usage_wanted: bool) -> Parts:
    """A whole answer as a stream: nothing of it went out before it was validated and recorded."""
    yield _chunk(whole, {"role": "assistant", "content": whole["choices"][0]["message"]["content"]})
    yield _ending(whole, usage_wanted=usage_wanted)


async def _begun(router: Router, opened: _Opened) -> Parts:
    """A stream whose first piece is there: what fails before it ends in the fallback, as without a stream."""
    try:
        pieces = router.caller.stream(router.core.opening(opened.talk, opened.tier), opened.job)
        first = await anext(pieces)
    except (ModelError, StopAsyncIteration) as failure:
        cause = failure.cause if isinstance(failure, ModelError) else "garbage"
        decided = router.core.fallback(opened.tier, opened.why, cause)
        whole = _completion(router, opened, decided)
        await _kept(router, opened, decided, whole)
        return _told(whole, usage_wanted=opened.usage_wanted)
    return _flowing(router, opened, first.text, pieces)


async def _flowing(router: Router, opened: _Opened, first: str, pieces: AsyncGenerator[Piece, None]) -> Parts:
    text = [first]
    ended = Decided("fallback", opened.tier, opened.why, cause="reader-gone")
    head = _completion(router, opened, ended)
    try:
        try:
            async with aclosing(pieces) as rest:
                yield _chunk(head, {"role": "assistant", "content": first})
                async for piece in rest:
                    text.append(piece.text)
                    yield _chunk(head, {"content": piece.text})
            ended = Decided("automatic", opened.tier, opened.why, Proposed({}, [], [], text="".join(text)))
        except ModelError as failure:
            ended = Decided("fallback", opened.tier, opened.why, cause=failure.cause)
        finally:
            # Half an answer is no decision: a repeat is decided anew.
            whole = _completion(router, opened, ended) if ended.outcome == "automatic" else None
            await _kept(router, opened, ended, whole)
    except Refused as refused:
        yield _broken(refused.code)
        return
    yield _broken(ended.cause or "") if whole is None else _ending(whole, usage_wanted=opened.usage_wanted)


async def models(router: Router, incoming: Incoming, _: str) -> Answer:
    """The one model that a client may name; raises Refused."""
    await router.callers.tenant(incoming)
    named = {"id": router.table.use_case, "object": "model", "created": 0, "owned_by": "lockgate"}
    return json(200, {"object": "list", "data": [named]})
