"""Predictions in a model's own words: rawPredict, and OpenAI's chat completions, which Vertex AI speaks as well."""

from __future__ import annotations

import json
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.aiplatform import answers
from emulator.wire.errors import invalid

JSON = dict[str, Any]


def _request(call: Call) -> JSON:
    """The body as it was sent: no schema says what a model takes."""
    try:
        found = json.loads(call.raw or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def predict(ctx: Context, call: Call) -> JSON | Answer:
    """rawPredict and streamRawPredict: Anthropic's messages for its models, chat completions for other messages, else
    predictions."""
    request = _request(call)
    model = answers.deployed(ctx, call.target)
    found = answers.scripted(ctx, call.target, request)
    if "response" in found:
        return _plain(found["response"])
    if "/publishers/anthropic/" in call.target:
        return _plain(_message(ctx, call, request, found))
    if "messages" in request or request.get("@requestFormat") == "chatCompletions":
        return _chat(ctx, call, request, found)
    predictions = found.get("predictions") or [found.get("text", answers.UNSCRIPTED)]
    return _plain({"predictions": predictions} | ({"deployedModelId": model["id"]} if model else {}))


def chat(ctx: Context, call: Call) -> JSON | Answer:
    """chat/completions"""
    request = _request(call)
    target = call.target.partition("/chat/completions")[0]
    answers.deployed(ctx, target)
    if not request.get("messages"):
        raise invalid("messages must be set.", field_path="messages")
    # `endpoints/openapi` serves every publisher's models: the request says which
    name = target if not target.endswith("/openapi") else f"publishers/{request.get('model', '')}"
    found = answers.scripted(ctx, name, request)
    return _plain(found["response"]) if "response" in found else _chat(ctx, call, request, found)


def _plain(body: object) -> Answer:
    return Answer(json.dumps(body, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"})


def _said(request: JSON) -> str:
    said = []
    for message in request.get("messages") or []:
        content = message.get("content", "") if isinstance(message, dict) else ""
        said.append(content if isinstance(content, str) else json.dumps(content))
    return "".join(said)


def _counts(request: JSON, found: JSON, text: str) -> tuple[int, int]:
    asked = int(found.get("prompt_tokens") or answers.tokens(_said(request)))
    return asked, int(found.get("answer_tokens") or answers.tokens(text))


def _message(ctx: Context, call: Call, request: JSON, found: JSON) -> JSON:
    text = str(found.get("text", answers.UNSCRIPTED))
    asked, said = _counts(request, found, text)
    return {
        "id": f"msg_vrtx_{ctx.ids.word(24)}",
        "type": "message",
        "role": "assistant",
        "model": call.target.rsplit("/", 1)[-1],
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": asked, "output_tokens": said},
    }


def _chat(ctx: Context, call: Call, request: JSON, found: JSON) -> Answer:
    text = str(found.get("text", answers.UNSCRIPTED))
    asked, said = _counts(request, found, text)
    frame: JSON = {
        "id": f"chatcmpl-{ctx.ids.hexa(32)}",
        "created": int(ctx.ids.clock()),
        "model": request.get("model") or call.target.rsplit("/", 1)[-1],
    }
    usage = {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
    reason = str(found.get("finish_reason", "stop")).lower()
    if not request.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
        return _plain({**frame, "object": "chat.completion", "choices": [choice], "usage": usage})
    frame["object"] = "chat.completion.chunk"
    chunks = [
        {**frame, "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]},
        {**frame, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}], "usage": usage},
    ]
    data = "".join(f"data: {json.dumps(c, ensure_ascii=False)}\n\n" for c in chunks) + "data: [DONE]\n\n"
    return Answer(data.encode(), headers={"Content-Type": "text/event-stream"})
