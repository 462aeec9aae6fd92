"""The OpenAPI document of both doors, made from the same structs that decode and encode."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from doors.cases import CaseAnswer, CaseState
from doors.chat import ChatRequest
from doors.http import Answer, Failure, Incoming, json
from normalise.number import MOST_DIGITS
from normalise.request import DEEPEST, MOST_BYTES, MOST_VALUES, Request
from route.table import Table
from serving.router import Router

_REF = "#/components/schemas/{name}"
# Whether a person has decided can be asked of either door's cases.
_OPENED_BY = {
    "cases": ("/v1/cases",),
    "chat": ("/v1/chat/", "/v1/models"),
    "always": ("/v1/cases/{key}", "/probe", "/openapi.json"),
}
_KEY = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$"


async def get(router: Router, _: Incoming, __: str) -> Answer:
    """The document of this router."""
    return json(200, of(router.table))


def of(table: Table) -> dict[str, Any]:
    """The document of one use case: the doors that its charter opens, and its sources by name."""
    whole = document()
    for path in list(whole["paths"]):
        if not any(path.startswith(_OPENED_BY[door]) for door in (*table.doors, "always")):
            del whole["paths"][path]
    source = whole["components"]["schemas"]["Request"]["properties"]["source"]
    source["enum"] = sorted(table.intake.sources)
    return whole


def document() -> dict[str, Any]:
    """OpenAPI 3.1 of every path that a router can have."""
    structs = (Request, CaseAnswer, CaseState, ChatRequest, Failure)
    (request, answer, state, chat, failure), components = msgspec.json.schema_components(structs, ref_template=_REF)
    components |= _CHAT_ANSWERS
    for schema in components.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"]).replace("``", "`")
    components["Request"]["properties"]["fields"] |= _FIELDS
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lockgate router",
            "version": "1",
            "description": "Cases and conversations, each the way of its risk tier.",
        },
        "paths": {
            "/v1/cases": {"post": _post_case(request, answer, failure)},
            "/v1/cases/{key}": {"get": _get_case(state, failure)},
            "/v1/chat/completions": {"post": _post_chat(chat, failure)},
            "/v1/models": {"get": _listed("The one model that a client may name: the use case.", "Models", failure)},
            "/probe": {"post": _probe(failure)},
            "/openapi.json": {"get": _itself(failure)},
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"caller": {"type": "http", "scheme": "bearer", "description": "An identity token."}},
        },
        "security": [{"caller": []}],
    }


def _post_case(request: Any, answer: Any, failure: Any) -> dict[str, Any]:
    return {
        "operationId": "decideCase",
        "summary": "Decide a case.",
        "description": f"The body has at most {MOST_BYTES} bytes.",
        "parameters": [_key("The case is decided once under this key; case_id is taken where it is absent.")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {
            "200": _body("It is decided, or the charter's fallback refuses it.", answer, _REPLAYED),
            "202": _body("A person decides; ask at the address.", answer, {**_REPLAYED, **_LOCATION}),
            **_failures(failure, "400", "401", "403", "409", "413", "422", "429", "500", "503"),
        },
    }


def _get_case(state: Any, failure: Any) -> dict[str, Any]:
    key = {
        "name": "key",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": _KEY},
    }
    return {
        "operationId": "readCase",
        "summary": "What became of a case.",
        "parameters": [key],
        "responses": {
            "200": _body("Its state.", state),
            **_failures(failure, "400", "401", "403", "404", "500", "503"),
        },
    }


def _post_chat(chat: Any, failure: Any) -> dict[str, Any]:
    whole = {"$ref": _REF.format(name="ChatCompletion")}
    # OpenAPI 3.1 has no word for the events of a stream, so they are described in words.
    content = {"application/json": {"schema": whole}, "text/event-stream": {"schema": {"description": _EVENTS}}}
    return {
        "operationId": "createChatCompletion",
        "summary": "The next turn of a conversation.",
        "parameters": [_key("The turn is made once under this key; without one, each request is a new turn.")],
        "requestBody": {"required": True, "content": {"application/json": {"schema": chat}}},
        "responses": {
            "200": {
                "description": "The answer, or what the charter says where there is none.",
                "content": content,
                "headers": _REPLAYED,
            },
            **_failures(failure, "400", "401", "403", "409", "413", "429", "500", "503"),
        },
    }


def _listed(description: str, name: str, failure: Any) -> dict[str, Any]:
    return {
        "operationId": "listModels",
        "summary": description,
        "responses": {
            "200": _body("The list.", {"$ref": _REF.format(name=name)}),
            **_failures(failure, "400", "401", "403", "500", "503"),
        },
    }


def _probe(failure: Any) -> dict[str, Any]:
    ready = {"$ref": _REF.format(name="Ready")}
    return {
        "operationId": "probe",
        "summary": "Whether a case could be answered now; nothing is spent.",
        "security": [],
        "responses": {
            "200": _body("It could.", ready),
            "503": _body("It would fall back.", ready),
            **_failures(failure, "500"),
        },
    }


def _itself(failure: Any) -> dict[str, Any]:
    return {
        "operationId": "readOpenapi",
        "summary": "This document.",
        "security": [],
        "responses": {"200": _body("The document.", {"type": "object"}), **_failures(failure, "500")},
    }


def _key(description: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": _KEY}
    return {"name": "Idempotency-Key", "in": "header", "description": description, "schema": schema}


def _body(description: str, schema: Any, headers: dict[str, Any] | None = None) -> dict[str, Any]:
    body = {"description": description, "content": {"application/json": {"schema": schema}}}
    return {**body, "headers": headers} if headers else body


def _failures(failure: Any, *statuses: str) -> dict[str, Any]:
    return {status: _body(_MEANING[status], failure, _SAID_TOO.get(status)) for status in statuses}


_MEANING = {
    "400": "The request cannot be read.",
    "401": "It has no identity token that holds.",
    "403": "The caller belongs to no tenant.",
    "404": "There is no such case of the caller's tenant.",
    "409": "A request of this key is being decided, or the key was used for another.",
    "413": "It is too large.",
    "422": "A declared rule refuses the case: a field, the source, or its version.",
    "429": "A budget has too little left; `retry-after` says when it starts again.",
    "500": "The router failed; the case is not decided.",
    "503": "The ledger does not answer, or no token can be checked; the case is not decided.",
}

_SECONDS = {"schema": {"type": "integer", "minimum": 1}, "description": "Seconds after which to ask again."}
_SAID_TOO = {
    "401": {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "`Bearer`, as RFC 6750 has it."}},
    "409": {"Retry-After": _SECONDS},
    "429": {"Retry-After": _SECONDS},
    "503": {"Retry-After": _SECONDS},
}
_REPLAYED = {
    "Idempotent-Replayed": {
        "schema": {"const": "true"},
        "description": "Sent with the answer to a repeat, which is the first one's.",
    }
}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Where to ask what a person decided."}}
_EVENTS = (
    "With `stream`: server-sent events. The `data` of each is a `chat.completion.chunk` as OpenAI's clients read it, "
    "or an `Error` where the answer broke off; the last is `[DONE]`."
)
_FIELDS = {
    "maxProperties": MOST_VALUES,
    "description": (
        f"The case, as the source writes it: any JSON of at most {DEEPEST} levels and {MOST_VALUES} values in all, "
        f"with numbers of at most {MOST_DIGITS} digits before and after the point. Two names that differ in case, "
        "spaces, hyphens or width only are the same name, and are refused. What each field has to be is the charter's."
    ),
}

_NUMBER = {"type": "integer", "minimum": 0}
_CHAT_ANSWERS: dict[str, Any] = {
    "ChatCompletion": {
        "type": "object",
        "required": ["id", "object", "created", "model", "choices", "usage", "lockgate"],
        "properties": {
            "id": {"type": "string"},
            "object": {"const": "chat.completion"},
            "created": _NUMBER,
            "model": {"type": "string"},
            "choices": {"type": "array", "minItems": 1, "items": {"$ref": _REF.format(name="Choice")}},
            "usage": {
                "type": "object",
                "required": ["prompt_tokens", "completion_tokens", "total_tokens"],
                "properties": {"prompt_tokens": _NUMBER, "completion_tokens": _NUMBER, "total_tokens": _NUMBER},
            },
            "lockgate": {"type": "object", "required": ["outcome", "tier", "why"]},
        },
    },
    "Choice": {
        "type": "object",
        "required": ["index", "message", "finish_reason"],
        "properties": {
            "index": _NUMBER,
            "message": {
                "type": "object",
                "required": ["role", "content"],
                "properties": {"role": {"const": "assistant"}, "content": {"type": "string"}},
            },
            "finish_reason": {"enum": ["stop", "content_filter"]},
        },
    },
    "Models": {
        "type": "object",
        "required": ["object", "data"],
        "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": {"type": "object"}}},
    },
    "Ready": {
        "type": "object",
        "required": ["ready", "cause"],
        "properties": {"ready": {"type": "boolean"}, "cause": {"type": ["string", "null"]}},
    },
}
