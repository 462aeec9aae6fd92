"""One call to one model, with a deadline and without a retry: whether a second attempt is paid is for ``calls``."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from urllib.parse import urlsplit

import aiohttp
import msgspec
from yarl import URL

from ledger.price import Usage
from route.table import Model
from vertex import shape, wire
from vertex.shape import ModelError, Piece, Prompt, Reply
from vertex.token import NoTokenError, Token
from vertex.wire import BrokenOffError, NotSentError, Target, TooLongError, Wire

AGAIN_SECONDS = 0.2
# A server may ask for any wait; what is longer than this is no retry any more.
LONGEST_WAIT = 60.0
PASSING = frozenset({408, 429, 500, 502, 503, 504})
# The longest output of a model is some hundred thousand bytes of text, in events of a few hundred bytes each.
LONGEST_ANSWER = wire.MOST_BYTES
STREAM = "streamGenerateContent?alt=sse"
FAILURES = (NoTokenError, NotSentError, BrokenOffError, TooLongError, TimeoutError, aiohttp.ClientError, OSError)

_encode = msgspec.json.Encoder().encode


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where models are reached.

    ``root`` is the regional host of Vertex AI, ``parent`` projects/…/locations/…, ``deployed`` the URL of each deployed
    model's endpoint at Vertex AI, without a verb, ``armor`` the Model Armor template.
    """

    root: str
    parent: str
    deployed: dict[str, str]
    armor: str | None


class _Automation(msgspec.Struct, rename="camel"):
    ip_address: str = ""


class _Private(msgspec.Struct, rename="camel"):
    psc_automation_configs: list[_Automation] = []


class _Endpoint(msgspec.Struct, rename="camel"):
    """Vertex AI REST, v1, Endpoint: where Private Service Connect put it in the stack's network."""

    private_service_connect_config: _Private = msgspec.field(default_factory=_Private)


class Vertex:
    """The models of the use case."""

    def __init__(self, session: aiohttp.ClientSession, wire: Wire, token: Token, place: Place) -> None:
        self._session = session
        self._wire = wire
        self._token = token
        self._place = place
        self._reached: dict[str, Target] = {}
        self._managed: dict[str, Target] = {}
        self._headers: dict[str, bytes] = {}

    async def ask(self, name: str, model: Model, prompt: Prompt, most_output: int, timeout: float) -> Reply:
        """The model's answer within ``timeout`` seconds; raises ModelError."""
        if model.hosting == "managed":
            where = self._managed.get(name)
            if where is None:
                where = self._managed[name] = wire.target(self._url(name, model, "generateContent"))
            body = shape.managed_request(prompt, most_output, self._place.armor)
            return shape.managed_reply(await self._posted(where, body, timeout))
        if name not in self._place.deployed:
            raise ModelError("not-deployed", sent=False)
        started = time.monotonic()
        where = await self._address(self._place.deployed[name], timeout)
        timeout = max(0.001, timeout - (time.monotonic() - started))
        body = shape.deployed_request(prompt, most_output)
        return shape.deployed_reply(await self._posted(where, body, timeout))

    async def stream(
        self, name: str, model: Model, prompt: Prompt, most_output: int, *, timeout: float, pause: float
    ) -> AsyncGenerator[Piece, None]:
        """The model's answer as it comes; raises ModelError where ``ask`` does, also after parts of it.

        All of it is waited for ``timeout`` seconds, and its beginning and each part for ``pause`` at most.
        A deployed model answers in one piece: its container is asked through ``predict``, which does not stream.
        """
        if model.hosting == "deployed":
            reply = await self.ask(name, model, prompt, most_output, pause)
            yield Piece(reply.text, reply.usage, done=True)
            return
        body = shape.managed_request(prompt, most_output, self._place.armor)
        done = cut = said = False
        usage: Usage | None = None
        try:
            url = URL(self._url(name, model, STREAM), encoded=True)
            response = await self._sent("POST", url, body, timeout, pause)
            async with response, aclosing(_events(response)) as events:
                async for event in events:
                    piece = shape.managed_piece(event)
                    done, cut, said = done or piece.done, cut or piece.cut, said or bool(piece.text.strip())
                    usage = piece.usage or usage
                    yield piece
        except FAILURES as error:
            raise _failed(error) from None
        if cut:
            raise ModelError("cut-off", sent=True, usage=usage)
        if not done:
            raise ModelError("cut-short", sent=True)
        if not said:
            raise ModelError("garbage", sent=True, usage=usage)

    def _url(self, name: str, model: Model, verb: str) -> str:
        return f"{self._place.root}/v1/{self._place.parent}/publishers/{model.publisher}/models/{name}:{verb}"

    async def _address(self, endpoint: str, timeout: float) -> Target:
        """Where the endpoint is asked: at the address that Private Service Connect gave it, or where it was looked up.

        The address is made with the deployment, and no output of the deployment's resource has it; so Vertex AI is
        asked for it, once a process. Raises ModelError when it does not say.
        """
        if endpoint not in self._reached:
            try:
                raw = await self._read(endpoint, timeout)
                private = msgspec.json.decode(raw, type=_Endpoint).private_service_connect_config
            except ModelError as error:
                raise ModelError(error.cause, sent=False, again=error.again) from None
            except (msgspec.MsgspecError, UnicodeDecodeError):
                raise ModelError("no-address", sent=False) from None
            found = next((one.ip_address for one in private.psc_automation_configs if one.ip_address), None)
            path = urlsplit(endpoint).path
            reached = f"{endpoint if found is None else f'https://{found}{path}'}:predict"
            # A private endpoint shows a self-signed certificate, and is asked by its address in the stack's own network
            # (Google Cloud, "Use dedicated private endpoints based on Private Service Connect for online inference").
            self._reached[endpoint] = wire.target(reached, verified=False)
        return self._reached[endpoint]

    async def _posted(self, where: Target, body: object, timeout: float) -> bytes:
        """The body of an answer with status 200; raises ModelError."""
        try:
            end = time.monotonic() + timeout
            token = await self._token(timeout)
            headers = self._headers.get(token)
            if headers is None:
                # Only the newest token is kept.
                lines = f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                self._headers = {token: lines.encode("ascii")}
                headers = self._headers[token]
            answered = await self._wire.post(where, headers, _encode(body), max(0.001, end - time.monotonic()))
        except FAILURES as error:
            raise _failed(error) from None
        # The text of an error may repeat the prompt, so only the status leaves this function.
        if answered.status != 200:
            raise _refused(answered.status, answered.headers.get(b"retry-after", b"").decode("latin-1"))
        return answered.body

    async def _read(self, url: str, timeout: float) -> bytes:
        try:
            async with await self._sent("GET", URL(url), None, timeout, timeout) as response:
                return await _bounded(response)
        except FAILURES as error:
            raise _failed(error) from None

    async def _sent(
        self, method: str, url: URL, body: object | None, timeout: float, pause: float
    ) -> aiohttp.ClientResponse:
        """A response with status 200; raises ModelError, and what FAILURES names."""
        started = time.monotonic()
        token = await self._token(pause)
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        data = None if body is None else _encode(body)
        total = max(0.001, timeout - (time.monotonic() - started))
        limit = aiohttp.ClientTimeout(total=total, sock_connect=pause, sock_read=pause)
        response = await self._session.request(method, url, data=data, headers=headers, timeout=limit)
        if response.status != 200:
            response.close()
            raise _refused(response.status, response.headers.get("retry-after", ""))
        return response


def _failed(error: Exception) -> ModelError:
    """What a failure of the call means for its bill."""
    match error:
        case NoTokenError():
            return ModelError("no-token", sent=False)
        case NotSentError() | aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            return ModelError("unreachable", sent=False, again=AGAIN_SECONDS)
        case TimeoutError():
            return ModelError("timeout", sent=True)
        case TooLongError():
            return ModelError("garbage", sent=True)
        case _:
            return ModelError("broken-off", sent=True, again=AGAIN_SECONDS)


def _refused(status: int, asked: str) -> ModelError:
    """What a status other than 200 means; ``asked`` is the seconds of Retry-After, if any."""
    cause = "busy" if status == 429 else f"status-{status}"
    if status not in PASSING:
        return ModelError(cause, sent=False)
    wait = float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else AGAIN_SECONDS
    return ModelError(cause, sent=False, again=wait if wait <= LONGEST_WAIT else None)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    """The body; raises ModelError where it is longer than any answer is, so that none fills the memory."""
    said = response.content_length
    # What is compressed is longer than it says.
    if said is not None and said <= LONGEST_ANSWER and "Content-Encoding" not in response.headers:
        return await response.read()
    parts = bytearray()
    async for chunk in response.content.iter_any():
        parts += chunk
        if len(parts) > LONGEST_ANSWER:
            response.close()
            raise ModelError("garbage", sent=True)
    return bytes(parts)


async def _events(response: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    """The data of each server-sent event (WHATWG HTML, "Server-sent events"); one line each, as Vertex AI sends it."""
    rest = b""
    read = 0
    async for chunk in response.content.iter_any():
        read += len(chunk)
        if read > LONGEST_ANSWER:
            response.close()
            raise ModelError("garbage", sent=True)
        rest += chunk
        *lines, rest = rest.split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip()
    if rest.startswith(b"data:"):
        yield rest[5:].strip()
