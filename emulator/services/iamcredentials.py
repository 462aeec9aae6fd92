"""IAM Service Account Credentials: tokens for, and signatures by, service accounts. Tokens are made up: they open
nothing, here or elsewhere."""

from __future__ import annotations

import base64
import json
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.service import Service
from emulator.services.iam.accounts import resolved
from emulator.wire.errors import LEGACY_LIST, invalid, not_found

JSON = dict[str, Any]

LIFETIME = 3600
"""Seconds that a token says it lives, unless asked for less."""


def _account(ctx: Context, call: Call) -> JSON:
    found = ctx.store.get("iam", resolved(ctx, call.target))
    if found is None or found.get("disabled"):
        raise not_found("Not found; Gaia id not found for email " + call.target.rsplit("/", 1)[-1])
    return found


def _segment(data: JSON | bytes) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signature(ctx: Context) -> bytes:
    return bytes.fromhex(ctx.ids.hexa(512))


def access_token(ctx: Context, call: Call) -> JSON | Answer:
    """An opaque token with the scopes asked for."""
    _account(ctx, call)
    if not call.body.get("scope"):
        raise invalid("The scope must be set.", field_path="scope")
    seconds = float(str(call.body.get("lifetime", f"{LIFETIME}s")).removesuffix("s"))
    if not 0 < seconds <= 12 * 3600:
        raise invalid("Invalid lifetime: at most 43200s.", field_path="lifetime")
    expires = ctx.ids.at(int(ctx.ids.clock() + seconds)).replace(".000000Z", "Z")
    return {"accessToken": f"emulated.{ctx.ids.hexa(64)}", "expireTime": expires}


def id_token(ctx: Context, call: Call) -> JSON | Answer:
    """A JSON Web Token with the audience asked for, its signature random."""
    account = _account(ctx, call)
    audience = str(call.body.get("audience", ""))
    if not audience:
        raise invalid("The audience must be set.", field_path="audience")
    now = int(ctx.ids.clock())
    claims: JSON = {
        "iss": "https://accounts.google.com",
        "aud": audience,
        "azp": account["uniqueId"],
        "sub": account["uniqueId"],
        "iat": now,
        "exp": now + LIFETIME,
    }
    if call.body.get("includeEmail"):
        claims |= {"email": account["email"], "email_verified": True}
    head = {"alg": "RS256", "kid": ctx.ids.hexa(40), "typ": "JWT"}
    return {"token": f"{_segment(head)}.{_segment(claims)}.{_segment(_signature(ctx))}"}


def sign_blob(ctx: Context, call: Call) -> JSON | Answer:
    """Random bytes of a signature's length."""
    _account(ctx, call)
    return {"keyId": ctx.ids.hexa(40), "signedBlob": base64.b64encode(_signature(ctx)).decode()}


def sign_jwt(ctx: Context, call: Call) -> JSON | Answer:
    """The payload as a JSON Web Token, its signature random."""
    _account(ctx, call)
    key = ctx.ids.hexa(40)
    try:
        payload = json.loads(str(call.body.get("payload", "")))
    except ValueError:
        raise invalid("The payload must be a JSON object.", field_path="payload") from None
    head = {"alg": "RS256", "kid": key, "typ": "JWT"}
    return {"keyId": key, "signedJwt": f"{_segment(head)}.{_segment(payload)}.{_segment(_signature(ctx))}"}


SERVICE = Service(
    "iamcredentials",
    errors=LEGACY_LIST,
    methods={
        "serviceAccounts.generateAccessToken": access_token,
        "serviceAccounts.generateIdToken": id_token,
        "serviceAccounts.signBlob": sign_blob,
        "serviceAccounts.signJwt": sign_jwt,
    },
)
