"""IAM Service Account Credentials: tokens for, and signatures by, service accounts. Tokens are made up: they open
nothing, here or elsewhere."""

from __future__ import annotations

from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.service import Service
from emulator.services.iam import signing
from emulator.wire.errors import LEGACY_LIST, invalid

JSON = dict[str, Any]

LIFETIME = 3600
"""Seconds that a token says it lives, unless asked for less."""


def access_token(ctx: Context, call: Call) -> JSON | Answer:
    """An opaque token with the scopes asked for."""
    signing.account(ctx, call)
    if not call.body.get("scope"):
        raise invalid("The scope must be set.", field_path="scope")
    seconds = float(str(call.body.get("lifetime", f"{LIFETIME}s")).removesuffix("s"))
    if not 0 < seconds <= 12 * 3600:
        raise invalid("Invalid lifetime: at most 43200s.", field_path="lifetime")
    expires = ctx.ids.at(int(ctx.ids.clock() + seconds)).replace(".000000Z", "Z")
    return {"accessToken": f"emulated.{ctx.ids.hexa(64)}", "expireTime": expires}


def id_token(ctx: Context, call: Call) -> JSON | Answer:
    """A JSON Web Token with the audience asked for, its signature random."""
    account = signing.account(ctx, call)
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
    return {"token": f"{signing.segment(head)}.{signing.segment(claims)}.{signing.segment(signing.signature(ctx))}"}


def allowed_locations(ctx: Context, call: Call) -> JSON | Answer:
    """https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/getAllowedLocations: no
    boundary is set for the account, so it is allowed everywhere."""
    if call.collection.endswith("serviceAccounts"):
        signing.account(ctx, call)
    return {"encodedLocations": "0x0"}


SERVICE = Service(
    "iamcredentials",
    errors=LEGACY_LIST,
    methods={
        "serviceAccounts.generateAccessToken": access_token,
        "serviceAccounts.generateIdToken": id_token,
        "serviceAccounts.signBlob": signing.sign_blob,
        "serviceAccounts.signJwt": signing.sign_jwt,
        "serviceAccounts.getAllowedLocations": allowed_locations,
        "workloadIdentityPools.getAllowedLocations": allowed_locations,
        "workforcePools.getAllowedLocations": allowed_locations,
    },
)
