"""What models answer: the script's words (`POST /_script`, see `emulator.script`), with token counts.

An answer of the script may have `text` or `parts`, `finish_reason`, `prompt_tokens`, `answer_tokens`,
`thought_tokens`, `cached_tokens`, `predictions`,
`response` (the whole answer, sent as it is) or `error` (`{"status": "RESOURCE_EXHAUSTED", "message": …}`). Where none
fits, the answer is `UNSCRIPTED`:
no model has been asked. Tokens that nobody counted are reckoned at four characters each, which is no model's count.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire.errors import GRPC_CODES, GoogleError, failed_precondition, invalid

JSON = dict[str, Any]

UNSCRIPTED = "Lockgate's emulator asks no model, and its script has no answer to this."
EMBEDDING_SIZE = 768
"""Numbers in an embedding: they are made from the text's digest and mean nothing."""


def tokens(text: str) -> int:
    """A guess: four characters each, at least one."""
    return max(1, -(-len(text) // 4)) if text else 0


def names(ctx: Context, target: str) -> list[str]:
    """What the script may call a model: the published model's id, else the endpoint and what is deployed there."""
    target = target.partition("/chat/completions")[0]
    if "/publishers/" in target or target.startswith("publishers/"):
        return [target[target.index("publishers/") :]]
    found = [target]
    endpoint = ctx.store.get(ctx.label, target) or {}
    for model in endpoint.get("deployedModels") or []:
        found += [str(model.get("displayName", "")), str(model.get("model", ""))]
    publisher = ctx.store.meta(ctx.label, target).get("publisher")
    return [n for n in (*found, publisher) if n]


def scripted(ctx: Context, target: str, request: object) -> JSON:
    """The script's answer, or an empty one; a scripted error is raised."""
    for name in names(ctx, target):
        found = ctx.script.next(name, request)
        if found is not None:
            error = found.get("error")
            if isinstance(error, dict):
                status = str(error.get("status", "INTERNAL"))
                raise GoogleError(status if status in GRPC_CODES else "INTERNAL", str(error.get("message", "scripted")))
            return found
    return {}


def deployed(ctx: Context, target: str) -> JSON:
    """The model behind an endpoint that answers; 404 or 400 where none does. Empty for a publisher's model."""
    if "/endpoints/" not in target or target.endswith("/endpoints/openapi"):
        return {}
    endpoint = ctx.need(target, "projects.locations.endpoints")
    held = endpoint.get("deployedModels") or []
    split = endpoint.get("trafficSplit") or {}
    serving = [m for m in held if int(split.get(m["id"], 0)) > 0]
    if not serving:
        raise failed_precondition(
            f"Endpoint `{ctx.shown_name(target)}` doesn't have traffic_split: deploy a model to it first."
        )
    found: JSON = max(serving, key=lambda m: int(split[m["id"]]))
    return found


def texts(contents: object) -> str:
    """All text of a list of contents."""
    if isinstance(contents, dict):
        contents = [contents]
    if not isinstance(contents, list):
        return ""
    return "".join(
        str(p.get("text", ""))
        for c in contents
        if isinstance(c, dict)
        for p in c.get("parts") or []
        if isinstance(p, dict)
    )


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


def _usage(call: Call, found: JSON, answer: str) -> JSON:
    asked = int(found.get("prompt_tokens") or tokens(texts(call.body.get("contents")) + _system(call)))
    said = int(found.get("answer_tokens") or tokens(answer))
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
    return usage


def _system(call: Call) -> str:
    return texts(call.body.get("systemInstruction"))


def _frame(ctx: Context, call: Call) -> JSON:
    model = call.target.rsplit("/", 1)[-1]
    return {"modelVersion": model, "createTime": ctx.now(), "responseId": ctx.ids.word(22)}


def _parts(found: JSON) -> list[JSON]:
    parts = found.get("parts")
    return parts if isinstance(parts, list) else [{"text": str(found.get("text", UNSCRIPTED))}]


def _prepared(ctx: Context, call: Call) -> tuple[JSON, list[JSON]]:
    _check(ctx, call)
    deployed(ctx, call.target)
    found = scripted(ctx, call.target, call.sent)
    return found, _parts(found)


def _candidate(parts: list[JSON], reason: str) -> JSON:
    body: JSON = {"content": {"role": "model", "parts": parts}}
    return body | ({"finishReason": reason} if reason else {})


def generate(ctx: Context, call: Call) -> JSON | Answer:
    """generateContent"""
    found, parts = _prepared(ctx, call)
    if isinstance(found.get("response"), dict):
        whole: JSON = found["response"]
        return whole
    said = texts([{"parts": parts}])
    return {
        "candidates": [_candidate(parts, str(found.get("finish_reason", "STOP")))],
        "usageMetadata": _usage(call, found, said),
        **_frame(ctx, call),
    }


def stream(ctx: Context, call: Call) -> JSON | Answer:
    """streamGenerateContent: a JSON array, or events with `alt=sse`; the last part has the reason and the counts."""
    found, parts = _prepared(ctx, call)
    frame = _frame(ctx, call)
    reason = str(found.get("finish_reason", "STOP"))
    if isinstance(found.get("response"), list):
        chunks: list[JSON] = found["response"]
    else:
        pieces = [p for part in parts for p in _pieces(part)]
        chunks = [{"candidates": [_candidate([p], "")], **frame} for p in pieces]
        chunks[-1]["candidates"][0]["finishReason"] = reason
        chunks[-1]["usageMetadata"] = _usage(call, found, texts([{"parts": parts}]))
    return streamed(call, chunks)


def streamed(call: Call, chunks: list[JSON]) -> Answer:
    """Chunks in the form that the client asked for."""
    if call.alt == "sse":
        data = "".join(f"data: {json.dumps(c, ensure_ascii=False)}\r\n\r\n" for c in chunks)
        return Answer(data.encode(), headers={"Content-Type": "text/event-stream"})
    text = "[" + ",\r\n".join(json.dumps(c, ensure_ascii=False) for c in chunks) + "]"
    return Answer(text.encode(), headers={"Content-Type": "application/json; charset=UTF-8"})


def _pieces(part: JSON) -> list[JSON]:
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


def predict(ctx: Context, call: Call) -> JSON | Answer:
    """predict: one prediction for each instance."""
    model = deployed(ctx, call.target)
    instances = call.body.get("instances") or []
    if not instances:
        raise invalid("The request has no instances.", field_path="instances")
    found = scripted(ctx, call.target, call.sent)
    if isinstance(found.get("response"), dict):
        whole: JSON = found["response"]
        return whole
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
    return body


def _prediction(target: str, found: JSON, instance: object) -> object:
    if "embedding" not in target:
        return str(found.get("text", UNSCRIPTED))
    text = str(instance.get("content", "")) if isinstance(instance, dict) else str(instance)
    digest = hashlib.shake_256(text.encode()).digest(EMBEDDING_SIZE)
    statistics = {"token_count": tokens(text), "truncated": False}
    return {"embeddings": {"values": [(b - 127.5) / 3000 for b in digest], "statistics": statistics}}
