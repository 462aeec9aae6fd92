"""One call to one model, with a deadline and without a retry: a second attempt is a second bill."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp
import msgspec

from route.table import Model
from vertex import shape
from vertex.shape import ModelError, Prompt, Reply, Usage
from vertex.token import NoTokenError

Token = Callable[[], Awaitable[str]]
FREE = Usage()


class Place(msgspec.Struct, frozen=True):
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

    def __init__(self, session: aiohttp.ClientSession, token: Token, place: Place) -> None:
        self._session = session
        self._token = token
        self._place = place
        self._reached: dict[str, str] = {}

    async def ask(self, name: str, model: Model, prompt: Prompt, most_output: int, timeout: float) -> Reply:
        """The model's answer within ``timeout`` seconds; raises ModelError."""
        worst = Usage(shape.tokens(prompt), most_output)
        if model.hosting == "managed":
            path = f"{self._place.parent}/publishers/{model.publisher}/models/{name}:generateContent"
            url = f"{self._place.root}/v1/{path}"
            body = shape.managed_request(prompt, most_output, self._place.armor)
            return shape.managed_reply(await self._post(url, body, timeout, worst), worst)
        if name not in self._place.deployed:
            raise ModelError("not-deployed", FREE)
        started = time.monotonic()
        url = f"{await self._address(self._place.deployed[name], timeout)}:predict"
        timeout = max(0.001, timeout - (time.monotonic() - started))
        body = shape.deployed_request(prompt, most_output)
        # A private endpoint shows a self-signed certificate, and is asked by its address in the stack's own network
        # (Google Cloud, "Use dedicated private endpoints based on Private Service Connect for online inference").
        return shape.deployed_reply(await self._post(url, body, timeout, worst, verified=False), worst)

    async def _address(self, endpoint: str, timeout: float) -> str:
        """Where the endpoint is asked: at the address that Private Service Connect gave it, or where it was looked up.

        The address is made with the deployment, and no output of the deployment's resource has it; so Vertex AI is
        asked for it, once a process. Raises ModelError when it does not say.
        """
        if endpoint not in self._reached:
            raw = await self._call("GET", endpoint, None, timeout, FREE)
            try:
                private = msgspec.json.decode(raw, type=_Endpoint).private_service_connect_config
            except msgspec.MsgspecError:
                raise ModelError("no-address", FREE) from None
            found = next((one.ip_address for one in private.psc_automation_configs if one.ip_address), None)
            path = urlsplit(endpoint).path
            self._reached[endpoint] = endpoint if found is None else f"https://{found}{path}"
        return self._reached[endpoint]

    async def _post(
        self, url: str, body: dict[str, object], timeout: float, worst: Usage, *, verified: bool = True
    ) -> bytes:
        return await self._call("POST", url, msgspec.json.encode(body), timeout, worst, verified=verified)

    async def _call(
        self, method: str, url: str, data: bytes | None, timeout: float, worst: Usage, *, verified: bool = True
    ) -> bytes:
        try:
            headers = {"authorization": f"Bearer {await self._token()}", "content-type": "application/json"}
            async with self._session.request(
                method, url, data=data, headers=headers, timeout=aiohttp.ClientTimeout(total=timeout), ssl=verified
            ) as response:
                # The text of an error may repeat the prompt, so only the status leaves this function.
                if response.status != 200:
                    raise ModelError("busy" if response.status == 429 else f"status-{response.status}", FREE)
                return await response.read()
        except NoTokenError:
            raise ModelError("no-token", FREE) from None
        except TimeoutError:
            raise ModelError("timeout", worst) from None
        except aiohttp.ClientError:
            raise ModelError("unreachable", worst) from None
