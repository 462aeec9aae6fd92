"""One call to one model, with a deadline and without a retry: a second attempt is a second bill."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

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
    model's endpoint without a verb, ``armor`` the Model Armor template.
    """

    root: str
    parent: str
    deployed: dict[str, str]
    armor: str | None


class Vertex:
    """The models of the use case."""

    def __init__(self, session: aiohttp.ClientSession, token: Token, place: Place) -> None:
        self._session = session
        self._token = token
        self._place = place

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
        url = f"{self._place.deployed[name]}:predict"
        body = shape.deployed_request(prompt, most_output)
        # A private endpoint shows a self-signed certificate, and is asked by its address in the stack's own network
        # (Google Cloud, "Use dedicated private endpoints based on Private Service Connect for online inference").
        return shape.deployed_reply(await self._post(url, body, timeout, worst, verified=False), worst)

    async def _post(
        self, url: str, body: dict[str, object], timeout: float, worst: Usage, *, verified: bool = True
    ) -> bytes:
        try:
            headers = {"authorization": f"Bearer {await self._token()}", "content-type": "application/json"}
            async with self._session.post(
                url,
                data=msgspec.json.encode(body),
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=timeout),
                ssl=verified,
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
