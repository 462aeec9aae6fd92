"""Signatures by service accounts: random bytes of the right length, which verify nothing, here or elsewhere.

IAM has the methods by names of its own; those of IAM Service Account Credentials came after them.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler
from emulator.services.iam.accounts import resolved
from emulator.wire.errors import invalid, not_found

JSON = dict[str, Any]


def account(ctx: Context, call: Call) -> JSON:
    """The account that a call names; 404 where there is none that is enabled."""
    found = ctx.store.get("iam", resolved(ctx, call.target.removesuffix("/allowedLocations")))
    if found is None or found.get("disabled"):
        raise not_found("Not found; Gaia id not found for email " + call.target.rsplit("/", 1)[-1])
    return found


def segment(data: JSON | bytes) -> str:
    """One part of a JSON Web Token."""
    raw = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signature(ctx: Context) -> bytes:
    """Random bytes."""
    return bytes.fromhex(ctx.ids.hexa(512))


def sign_blob(ctx: Context, call: Call) -> JSON | Answer:
    """Random bytes of a signature's length."""
    account(ctx, call)
    return {"keyId": ctx.ids.hexa(40), "signedBlob": base64.b64encode(signature(ctx)).decode()}


def sign_bytes(ctx: Context, call: Call) -> JSON | Answer:
    """The older name of signBlob, in IAM itself."""
    account(ctx, call)
    return {"keyId": ctx.ids.hexa(40), "signature": base64.b64encode(signature(ctx)).decode()}


def sign_jwt(ctx: Context, call: Call) -> JSON | Answer:
    """The payload as a JSON Web Token, its signature random."""
    account(ctx, call)
    key = ctx.ids.hexa(40)
    try:
        payload = json.loads(str(call.body.get("payload", "")))
    except ValueError:
        raise invalid("The payload must be a JSON object.", field_path="payload") from None
    head = {"alg": "RS256", "kid": key, "typ": "JWT"}
    return {"keyId": key, "signedJwt": f"{segment(head)}.{segment(payload)}.{segment(signature(ctx))}"}


METHODS: dict[str, Handler] = {"serviceAccounts.signBlob": sign_bytes, "serviceAccounts.signJwt": sign_jwt}
