"""Model Armor reads a prompt before a model does: it hides what it finds of personal data, and names what is an attack.

The template is the stack's, with the de-identification template of Sensitive Data Protection in it. Its answer is read
as Model Armor REST v1, ``projects.locations.templates.sanitizeUserPrompt``, describes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Literal

import aiohttp
import msgspec

from vertex.token import NoTokenError

Token = Callable[[], Awaitable[str]]
# Cloud documentation, "Model Armor quotas and limits": what is longer is not screened as a whole.
MOST_BYTES = 500_000
FOUND = "MATCH_FOUND"
EXECUTED = "EXECUTION_SUCCESS"


class ScreenError(Exception):
    """The prompt was not screened, so no model may see it."""


class Screened(msgspec.Struct, frozen=True, gc=False):
    """The document as a model may see it, and the names of the filters that it set off."""

    document: Any
    attacks: list[str]


class _Data(msgspec.Struct):
    text: str = ""


class _Deidentified(msgspec.Struct, rename="camel"):
    execution_state: str
    match_state: Literal["MATCH_FOUND", "NO_MATCH_FOUND"]
    data: _Data | None = None


class _Sdp(msgspec.Struct, rename="camel"):
    deidentify_result: _Deidentified


class _Sanitized(msgspec.Struct, rename="camel"):
    invocation_result: str = ""
    filter_results: dict[str, Any] = {}


class _Answer(msgspec.Struct, rename="camel"):
    sanitization_result: _Sanitized


class Armor:
    """One Model Armor template."""

    def __init__(
        self, session: aiohttp.ClientSession, token: Token, root: str, template: str, *, hides: bool = True
    ) -> None:
        """``hides`` is whether the template has de-identification in it, as one for masked fields has."""
        self._hides = hides
        self._session = session
        self._token = token
        self._url = f"{root}/v1/{template}:sanitizeUserPrompt"

    async def screened(self, document: Any, timeout: float) -> Screened:
        """The document (any JSON value) without what Model Armor hides, within ``timeout`` seconds.

        Raises ScreenError, also where the answer leaves open whether every filter ran.
        """
        text = msgspec.json.encode(document)
        if len(text) > MOST_BYTES:
            raise ScreenError("too-long")
        try:
            async with asyncio.timeout(timeout):
                headers = {"authorization": f"Bearer {await self._token()}", "content-type": "application/json"}
                body = msgspec.json.encode({"userPromptData": {"text": text.decode()}})
                async with self._session.post(self._url, data=body, headers=headers) as response:
                    if response.status != 200:
                        raise ScreenError(f"status-{response.status}")
                    return read(await response.read(), document, hides=self._hides)
        except (NoTokenError, TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ScreenError(type(error).__name__) from None


def read(raw: bytes, document: Any, *, hides: bool = True) -> Screened:
    """What Model Armor answered about ``document``; raises ScreenError.

    Also where its template ``hides`` personal data, and the answer says nothing of it.
    """
    try:
        result = msgspec.json.decode(raw, type=_Answer).sanitization_result
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ScreenError("garbage") from None
    if result.invocation_result != "SUCCESS":
        raise ScreenError("incomplete")
    sdp = result.filter_results.pop("sdp", None)
    if (sdp is None and hides) or any(state != EXECUTED for state in _states(result.filter_results, "executionState")):
        raise ScreenError("incomplete")
    hidden = document if sdp is None else _hidden(sdp, document)
    return Screened(
        hidden, sorted(name for name, found in result.filter_results.items() if FOUND in _states(found, "matchState"))
    )


def _hidden(found: Any, document: Any) -> Any:
    """The document after de-identification; its markers stand inside strings, so that it is JSON still."""
    try:
        sdp = msgspec.convert(found, dict[str, Any]).get("sdpFilterResult", found)
        done = msgspec.convert(sdp, _Sdp).deidentify_result
        if done.execution_state != EXECUTED:
            raise ScreenError("incomplete")
        hidden = document if done.match_state != FOUND else msgspec.json.decode((done.data or _Data()).text)
    except (msgspec.MsgspecError, RecursionError):
        raise ScreenError("garbage") from None
    if type(hidden) is not type(document):
        raise ScreenError("other-document")
    return hidden


def _states(found: Any, key: str) -> Iterator[Any]:
    """What a filter's result says under ``key``, at any depth."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name == key:
                yield value
            else:
                yield from _states(value, key)
    elif isinstance(found, list):
        for item in found:
            yield from _states(item, key)
