"""What models answer: the script's words (`POST /_script`, see `emulator.script`), with token counts.

An answer of the script may have

- `text` or `parts`, `finish_reason`, `predictions`, or `response`: the whole answer, sent as it is;
- `prompt_tokens`, `answer_tokens`, `thought_tokens`, `cached_tokens`, and `"usage": false` for no counts at all;
- `"overrun": true` for more than the request's `maxOutputTokens`, at which an answer ends with MAX_TOKENS otherwise;
- `"candidates": []` for none, `block_reason` for a prompt that is refused;
- `error`: `{"status": "RESOURCE_EXHAUSTED", "message": …, "retry_after": seconds}`, in a stream after `error_after`
  parts;
- what `pace` says of the way it is sent.

Where none fits, the answer is `UNSCRIPTED`: no model has been asked. Tokens that nobody counted are reckoned at four
characters each, which is no model's count.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.aiplatform import embeddings, pace
from emulator.services.aiplatform.asked import deployed, refusal, scripted
from emulator.services.aiplatform.counting import split, texts, tokens
from emulator.wire.errors import invalid

JSON = dict[str, Any]

UNSCRIPTED = "Lockgate's emulator asks no model, and its script has no answer to this."


def _check(ctx: Context, call: Call) -> None:
    if not call.body.get("contents"):
        raise invalid(
            "Unable to submit request because at least one contents field is required.", field_path="contents"
        )
    for content in call.body["contents"]:
        if not content.get("parts"):
            raise invalid(
                "Unable to submit request because it must include at least one parts field.",
                field_path="contents.parts",
            )
        if content.get("role", "user") not in ("user", "model", "function"):
            raise invalid("Please use a valid role: user, model.", field_path="contents.role")
    for key in ("promptTemplateName", "responseTemplateName"):
        name = call.body.get("modelArmorConfig", {}).get(key)
        if name and ctx.store.get("modelarmor", ctx.canonical(str(name))) is None:
            raise invalid(f"Model Armor template {name} was not found.", field_path="model_armor_config")


def _usage(call: Call, found: JSON, said: int) -> JSON:
    if found.get("usage") is False:
        return {}
    asked = int(found.get("prompt_tokens") or tokens(texts(call.body.get("contents")) + _system(call)))
    thought = int(found.get("thought_tokens") or 0)
    usage: JSON = {
        "promptTokenCount": asked,
        "candidatesTokenCount": said,
        "totalTokenCount": asked + said + thought,
        "trafficType": "ON_DEMAND",
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": asked}],
        "candidatesTokensDetails": [{"modality": "TEXT", "tokenCount": said}],
    }
    if thought:
        usage["thoughtsTokenCount"] = thought
    if found.get("cached_tokens"):
        usage["cachedContentTokenCount"] = int(found["cached_tokens"])
    return {"usageMetadata": usage}


def _system(call: Call) -> str:
    return texts(call.body.get("systemInstruction"))


def _frame(ctx: Context, call: Call) -> JSON:
    model = call.target.rsplit("/", 1)[-1]
    return {"modelVersion": model, "createTime": ctx.now(), "responseId": ctx.ids.word(22)}


@dataclass(frozen=True)
class Said:
    """What a model says: its parts, how many tokens they count, and why it stopped."""

    parts: list[JSON]
    tokens: int
    reason: str


def said(found: JSON, limit: int | None) -> Said:
    """The script's answer within `limit` tokens (None: no limit), thoughts included, unless the script overruns it."""
    parts = found.get("parts")
    if not isinstance(parts, list):
        parts = [{"text": str(found.get("text", UNSCRIPTED))}]
    count = int(found.get("answer_tokens") or tokens(texts([{"parts": parts}])))
    reason = str(found.get("finish_reason", "STOP"))
    room = None if limit is None else max(0, limit - int(found.get("thought_tokens") or 0))
    if room is None or count <= room or found.get("overrun"):
        return Said(parts, count, reason)
    left = len(texts([{"parts": parts}])) * room // count
    kept: list[JSON] = []
    for part in parts:
        if "text" in part and left > 0:
            kept.append({**part, "text": str(part["text"])[:left]})
            left -= len(str(part["text"]))
    return Said(kept, room, str(found.get("finish_reason", "MAX_TOKENS")))


def _limit(call: Call) -> int | None:
    limit = call.body.get("generationConfig", {}).get("maxOutputTokens")
    return int(limit) if limit else None


def _prepared(ctx: Context, call: Call) -> tuple[JSON, Said]:
    _check(ctx, call)
    deployed(ctx, call.target)
    found = scripted(ctx, call.target, call.sent)
    return found, said(found, _limit(call))


def _candidate(parts: list[JSON], reason: str) -> JSON:
    body: JSON = {"content": {"role": "model"} | ({"parts": parts} if parts else {})}
    return body | ({"finishReason": reason} if reason else {})


def _silent(call: Call, found: JSON) -> JSON | None:
    """The answer without a candidate, where the script wants that."""
    if found.get("block_reason"):
        return {"promptFeedback": {"blockReason": str(found["block_reason"])}, **_usage(call, found, 0)}
    return _usage(call, found, 0) if found.get("candidates") == [] else None


def generate(ctx: Context, call: Call) -> JSON | Answer:
    """generateContent"""
    found, answer = _prepared(ctx, call)
    if isinstance(found.get("response"), dict):
        return pace.whole(found, found["response"])
    if found.get("error"):
        raise refusal(found["error"])
    body = _silent(call, found)
    if body is None:
        body = {"candidates": [_candidate(answer.parts, answer.reason)], **_usage(call, found, answer.tokens)}
    return pace.whole(found, {**body, **_frame(ctx, call)})


def stream(ctx: Context, call: Call) -> JSON | Answer:
    """streamGenerateContent: a JSON array, or events with `alt=sse`; the last part has the reason and the counts."""
    found, answer = _prepared(ctx, call)
    frame = _frame(ctx, call)
    silent = _silent(call, found)
    if isinstance(found.get("response"), list):
        chunks: list[JSON] = found["response"]
    elif silent is not None:
        chunks = [{**silent, **frame}]
    else:
        parts = [p for part in answer.parts for p in pieces(part)]
        chunks = [{"candidates": [_candidate([p], "")], **frame} for p in parts]
        chunks = chunks or [{"candidates": [_candidate([], "")], **frame}]
        chunks[-1]["candidates"][0]["finishReason"] = answer.reason
        chunks[-1] |= _usage(call, found, answer.tokens)
    if isinstance(found.get("error"), dict):
        error = refusal(found["error"])
        broken = {"error": {"code": error.code, "message": error.message, "status": error.status}}
        chunks = [*chunks[: int(found["error_after"])], broken]
    return streamed(call, found, chunks)


def streamed(call: Call, found: JSON, chunks: list[JSON]) -> Answer:
    """Chunks in the form that the client asked for."""
    if call.alt == "sse":
        return events(found, [("", chunk) for chunk in chunks], "\r\n")
    parts = [json.dumps(chunk, ensure_ascii=False) for chunk in chunks]
    data = [("[" if number == 0 else ",\r\n") + part for number, part in enumerate(parts)]
    data[-1] += "]"
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    return pace.sent(found, [part.encode() for part in data], headers)


def events(found: JSON, chunks: Sequence[tuple[str, object]], end: str) -> Answer:
    """Server-sent events: each with its name, where it has one. A chunk that is text is sent as it is."""
    parts = []
    for name, chunk in chunks:
        data = chunk if isinstance(chunk, str) else json.dumps(chunk, ensure_ascii=False)
        parts.append((f"event: {name}{end}" if name else "") + f"data: {data}{end}{end}")
    return pace.sent(found, [part.encode() for part in parts], {"Content-Type": "text/event-stream"})


def pieces(part: JSON) -> list[JSON]:
    """A text in pieces of a few words."""
    if "text" not in part:
        return [part]
    words = re.findall(r"\S+\s*|\s+", str(part["text"])) or [""]
    return [{**part, "text": "".join(words[i : i + 8])} for i in range(0, len(words), 8)]


def count(ctx: Context, call: Call) -> JSON | Answer:
    """countTokens: the script's `prompt_tokens`, else the guess."""
    found = scripted(ctx, call.target, call.sent)
    text = texts(call.body.get("contents")) + _system(call)
    text += "".join(json.dumps(i) for i in call.body.get("instances") or [])
    total = int(found.get("prompt_tokens") or tokens(text))
    return {
        "totalTokens": total,
        "totalBillableCharacters": len(re.sub(r"\s", "", text)),
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}],
    }


def compute(ctx: Context, call: Call) -> JSON | Answer:
    """computeTokens: each content in pieces of four characters; the ids are the texts' digests and no model's."""
    contents = call.body.get("contents") or [{"parts": [{"text": str(i)}]} for i in call.body.get("instances") or []]
    if not contents:
        raise invalid("At least one contents field is required.", field_path="contents")
    del ctx
    return {"tokensInfo": [split(texts(content)) | {"role": content.get("role", "user")} for content in contents]}


def predict(ctx: Context, call: Call) -> JSON | Answer:
    """predict: one prediction for each instance."""
    model = deployed(ctx, call.target)
    instances = call.body.get("instances") or []
    if not instances:
        raise invalid("The request has no instances.", field_path="instances")
    found = scripted(ctx, call.target, call.sent)
    if isinstance(found.get("response"), dict):
        return pace.whole(found, found["response"])
    predictions = found.get("predictions")
    if not isinstance(predictions, list):
        predictions = [_prediction(call.target, found, i) for i in instances]
    body: JSON = {"predictions": predictions}
    if model:
        body |= {
            "deployedModelId": model["id"],
            "model": ctx.shown_name(model["model"]),
            "modelDisplayName": model.get("displayName", ""),
            "modelVersionId": model.get("modelVersionId", "1"),
        }
    if "metadata" in found:
        body["metadata"] = found["metadata"]
    return pace.whole(found, body)


def _prediction(target: str, found: JSON, instance: object) -> object:
    if "embedding" not in target:
        return str(found.get("text", UNSCRIPTED))
    return embeddings.prediction(instance)
