"""Embeddings, by each of the doors that Vertex AI has for them: their numbers are made from the text's digest, and mean
nothing. The same text has the same numbers; a script's `values` take their place.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.aiplatform.asked import scripted
from emulator.services.aiplatform.counting import texts, tokens
from emulator.wire.errors import invalid

JSON = dict[str, Any]

SIZE = 768
"""Numbers, unless fewer or more are asked for."""


def values(text: str, size: int = SIZE) -> list[float]:
    """The numbers of a text."""
    digest = hashlib.shake_256(text.encode("utf-8", "surrogatepass")).digest(size)
    return [(byte - 127.5) / 3000 for byte in digest]


def prediction(instance: object) -> JSON:
    """The embedding of one instance of `predict`."""
    text = str(instance.get("content", "")) if isinstance(instance, dict) else str(instance)
    return {"embeddings": {"values": values(text), "statistics": {"token_count": tokens(text), "truncated": False}}}


def _one(ctx: Context, call: Call, wanted: JSON) -> tuple[JSON, int]:
    if not wanted.get("content"):
        raise invalid("The content must be set.", field_path="content")
    text = texts(wanted["content"])
    found = scripted(ctx, call.target, wanted)
    config = wanted.get("embedContentConfig", {})
    size = int(wanted.get("outputDimensionality") or config.get("outputDimensionality") or SIZE)
    if not 1 <= size <= 10_000:
        raise invalid(f"output_dimensionality is {size}.", field_path="output_dimensionality")
    numbers = found["values"] if isinstance(found.get("values"), list) else values(text, size)
    return {"values": numbers}, int(found.get("prompt_tokens") or tokens(text))


def embed(ctx: Context, call: Call) -> JSON | Answer:
    """embedContent"""
    embedding, count = _one(ctx, call, call.body)
    return {"embedding": embedding, "usageMetadata": {"promptTokenCount": count, "totalTokenCount": count}}


def embed_all(ctx: Context, call: Call) -> JSON | Answer:
    """batchEmbedContents"""
    made = [_one(ctx, call, wanted) for wanted in call.body.get("requests") or []]
    count = sum(one for _, one in made)
    return {
        "embeddings": [embedding for embedding, _ in made],
        "usageMetadata": {"promptTokenCount": count, "totalTokenCount": count},
    }


def openai(ctx: Context, call: Call) -> JSON | Answer:
    """https://platform.openai.com/docs/api-reference/embeddings"""
    try:
        request = json.loads(call.raw or b"{}")
    except ValueError:
        raise invalid("The body must be JSON.") from None
    given = request.get("input") if isinstance(request, dict) else None
    asked = [given] if isinstance(given, str) else given
    if not isinstance(asked, list) or not asked:
        raise invalid("input must be set.", field_path="input")
    found = scripted(ctx, f"publishers/{request.get('model', '')}", request)
    count = int(found.get("prompt_tokens") or sum(tokens(str(text)) for text in asked))
    data = [{"object": "embedding", "index": n, "embedding": values(str(text))} for n, text in enumerate(asked)]
    body = {"object": "list", "data": data, "model": request.get("model", "")}
    body["usage"] = {"prompt_tokens": count, "total_tokens": count}
    return Answer(json.dumps(body).encode(), headers={"Content-Type": "application/json"})
