"""Who calls, and for which tenant. On Cloud Run the platform has checked the token; elsewhere it is checked here."""

from __future__ import annotations

import asyncio
import binascii
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import msgspec

from doors.http import Incoming, Refused
from route.table import Table

Check = Literal["platform", "google"]
MOST_KNOWN = 1000
# Google publishes a key long before it signs with it (Google Identity, "Verify the Google ID token").
KEYS_SECONDS = 300.0
GOOGLE = frozenset({"accounts.google.com", "https://accounts.google.com"})
_NOBODY = (0.0, "")


class _Claims(msgspec.Struct):
    email: str = ""
    exp: int = 0


class Callers:
    """The tenants' callers. A use case without tenants is one tenant, and takes whoever IAM let through."""

    def __init__(
        self, table: Table, check: Check, audience: str | None, certificates: str | None, issuer: str | None
    ) -> None:
        """``check`` says whether the platform has verified tokens, or we do, for ``audience``.

        ``issuer`` is who must have signed them, and ``certificates`` the address of its public keys; Google, if None.
        """
        self._only = None if table.tenants else table.use_case
        self._tenants: Mapping[str, str] = {
            caller.partition(":")[2]: name for name, tenant in table.tenants.items() for caller in tenant.callers
        }
        self._check = check
        self._audience = audience
        self._issuers = GOOGLE if issuer is None else {issuer}
        self._certificates = certificates or "https://www.googleapis.com/oauth2/v1/certs"
        self._known: dict[str, tuple[float, str]] = {}
        # Its own, so that a token that takes long to check holds up nothing else.
        self._verifier = ThreadPoolExecutor(1, "tokens")
        self._keys: tuple[float, Any] = (0.0, None)

    async def tenant(self, incoming: Incoming) -> str:
        """The tenant of the caller; raises Refused."""
        if self._only is not None and (self._check == "platform" or self._audience is None):
            return self._only
        # Cloud Run documentation, "Authenticating service-to-service": either header carries the identity token, and
        # where both are there only the first was checked.
        header = incoming.single(b"x-serverless-authorization")
        if header is None:
            header = incoming.single(b"authorization") or ""
        until, tenant = self._known.get(header, _NOBODY)
        if until > time.time():
            return tenant
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise Refused(401, "no-token", "the request has no identity token; send one as a bearer token")
        claims = _read(token)
        if claims is not None and self._check == "google":
            claims = await asyncio.get_running_loop().run_in_executor(self._verifier, self._verified, token)
        if claims is None:
            raise Refused(401, "bad-token", "the identity token is none, or not for this service; fetch a new one")
        found = self._only or (self._tenants.get(claims.email) if claims.email else None)
        if found is None:
            raise Refused(403, "no-tenant", "the caller belongs to no tenant; add it to the charter's tenants")
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[header] = float(claims.exp), found
        return found

    def _verified(self, token: str) -> _Claims | None:
        # Loading this takes as long as all else; where the platform checks tokens it is never needed.
        import google.auth.transport.urllib3
        import urllib3
        from google.auth import exceptions
        from google.oauth2 import id_token

        asked = google.auth.transport.urllib3.Request(urllib3.PoolManager(timeout=5, retries=1))  # type: ignore[no-untyped-call]

        def request(url: str, **more: Any) -> Any:
            """The issuer's keys, which are asked for once in a while and not for each token that somebody makes up."""
            until, keys = self._keys
            if time.monotonic() >= until:
                keys = asked(url, **more)
                if keys.status == 200:
                    self._keys = time.monotonic() + KEYS_SECONDS, keys
            return keys

        try:
            said = id_token.verify_token(token, request, self._audience, self._certificates)  # type: ignore[arg-type]
            trusted = said.get("iss") in self._issuers and said.get("email_verified", True)
            return msgspec.convert(said, _Claims) if trusted else None
        except (exceptions.TransportError, urllib3.exceptions.HTTPError):
            message = "the issuer's public keys cannot be read, so no token can be checked; send the request again"
            raise Refused(503, "no-keys", message, after=5) from None
        except (exceptions.GoogleAuthError, ValueError, RecursionError):
            return None


def _read(token: str) -> _Claims | None:
    """The claims of a token whose signature the platform has verified, and removed."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = msgspec.json.decode(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=_Claims)
    except (msgspec.DecodeError, binascii.Error, ValueError, RecursionError):
        return None
    return claims if claims.exp > time.time() else None
