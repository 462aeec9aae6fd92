"""Predictions in a model's own words: rawPredict, and OpenAI's chat completions, which Vertex AI speaks as well."""

from __future__ import annotations

import json
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.aiplatform import answers, pace
from emulator.services.aiplatform.asked import deployed, scripted
from emulator.services.aiplatform.counting import texts, tokens
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
    model = deployed(ctx, call.target)
    found = scripted(ctx, call.target, request)
    if "response" in found:
        return _plain(found, found["response"])
    if "/publishers/anthropic/" in call.target:
        return _message(ctx, call, request, found)
    if "messages" in request or request.get("@requestFormat") == "chatCompletions":
        return _chat(ctx, call, request, found)
    predictions = found.get("predictions") or [found.get("text", answers.UNSCRIPTED)]
    return _plain(found, {"predictions": predictions} | ({"deployedModelId": model["id"]} if model else {}))


def chat(ctx: Context, call: Call) -> JSON | Answer:
    """chat/completions"""
    request = _request(call)
    target = call.target.partition("/chat/completions")[0]
    deployed(ctx, target)
    if not request.get("messages"):
        raise invalid("messages must be set.", field_path="messages")
    # `endpoints/openapi` serves every publisher's models: the request says which
    name = target if not target.endswith("/openapi") else f"publishers/{request.get('model', '')}"
    found = scripted(ctx, name, request)
    return _plain(found, found["response"]) if "response" in found else _chat(ctx, call, request, found)


def _plain(found: JSON, body: object) -> Answer:
    answer = pace.whole(found, body)
    if isinstance(answer, Answer):
        return answer
    return Answer(json.dumps(body, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"})


def _said(request: JSON) -> str:
    said = []
    for message in request.get("messages") or []:
        content = message.get("content", "") if isinstance(message, dict) else ""
        said.append(content if isinstance(content, str) else json.dumps(content))
    return "".join(said)


def _asked(request: JSON, found: JSON) -> int:
    return int(found.get("prompt_tokens") or tokens(_said(request)))


def _limit(request: JSON) -> int | None:
    for key in ("max_completion_tokens", "max_tokens"):
        if isinstance(request.get(key), int) and request[key] > 0:
            return int(request[key])
    return None


def _message(ctx: Context, call: Call, request: JSON, found: JSON) -> Answer:
    """https://docs.anthropic.com/en/api/messages and messages-streaming."""
    answer = answers.said(found, _limit(request))
    text = texts([{"parts": answer.parts}])
    message: JSON = {
        "id": f"msg_vrtx_{ctx.ids.word(24)}",
        "type": "message",
        "role": "assistant",
        "model": call.target.rsplit("/", 1)[-1],
        "content": [{"type": "text", "text": text}],
        "stop_reason": "max_tokens" if answer.reason == "MAX_TOKENS" else "end_turn",
        "stop_sequence": None,
    }
    asked = _asked(request, found)
    counted = found.get("usage") is not False
    usage = {"usage": {"input_tokens": asked, "output_tokens": answer.tokens}} if counted else {}
    if not request.get("stream"):
        return _plain(found, message | usage)
    begun = message | {"content": [], "stop_reason": None} | ({"usage": {"input_tokens": asked}} if counted else {})
    block = {"index": 0, "content_block": {"type": "text", "text": ""}}
    deltas = [{"type": "text_delta", "text": piece["text"]} for piece in answers.pieces({"text": text})]
    ended = {"delta": {"stop_reason": message["stop_reason"], "stop_sequence": None}}
    ended |= {"usage": {"output_tokens": answer.tokens}} if counted else {}
    named: list[tuple[str, JSON]] = [
        ("message_start", {"message": begun}),
        ("content_block_start", block),
        *(("content_block_delta", {"index": 0, "delta": delta}) for delta in deltas),
        ("content_block_stop", {"index": 0}),
        ("message_delta", ended),
        ("message_stop", {}),
    ]
    return answers.events(found, [(name, {"type": name, **body}) for name, body in named], "\n")


def _chat(ctx: Context, call: Call, request: JSON, found: JSON) -> Answer:
    """https://platform.openai.com/docs/api-reference/chat and chat-streaming."""
    answer = answers.said(found, _limit(request))
    text, asked = texts([{"parts": answer.parts}]), _asked(request, found)
    frame: JSON = {
        "id": f"chatcmpl-{ctx.ids.hexa(32)}",
        "created": int(ctx.ids.clock()),
        "model": request.get("model") or call.target.rsplit("/", 1)[-1],
    }
    total = asked + answer.tokens
    counts = {"prompt_tokens": asked, "completion_tokens": answer.tokens, "total_tokens": total}
    usage = {} if found.get("usage") is False else {"usage": counts}
    reason = "length" if answer.reason == "MAX_TOKENS" else answer.reason.lower()
    empty = found.get("candidates") == []
    if not request.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
        return _plain(found, {**frame, "object": "chat.completion", "choices": [] if empty else [choice], **usage})
    frame["object"] = "chat.completion.chunk"
    deltas: list[tuple[JSON, str | None]] = [({"content": p["text"]}, None) for p in answers.pieces({"text": text})]
    deltas[0][0]["role"] = "assistant"
    chunks: list[JSON] = [
        {**frame, "choices": [] if empty else [{"index": 0, "delta": delta, "finish_reason": why}]}
        for delta, why in [*deltas, ({}, reason)]
    ]
    chunks[-1] |= usage
    return answers.events(found, [("", chunk) for chunk in [*chunks, "[DONE]"]], "\n")
