"""Keys of service accounts: the private half is shown once, when the key is made. Every account also has a key that
Google manages."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import quote

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Handler, Resource
from emulator.services.iam.accounts import at_account
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]

_FOREVER = "9999-12-31T23:59:59Z"
MAX_KEYS = 10
"""User-managed keys of one account: https://cloud.google.com/iam/quotas."""


def private_pem() -> str:
    """A fresh RSA key of 2048 bits as PEM. Made on demand: few programs ever ask for one."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _parent(ctx: Context, call: Call) -> JSON:
    return ctx.need(call.target.removesuffix("/keys"), "projects.serviceAccounts")


def create(ctx: Context, call: Call) -> JSON | Answer:
    """A key whose credentials file is in the answer, and nowhere else."""
    account = _parent(ctx, call)
    _refuse_over(ctx, call)
    pem = private_pem()
    ident = hashlib.sha256(pem.encode()).hexdigest()[:40]
    body = _key(ctx, f"{call.target}/{ident}", "GOOGLE_PROVIDED", str(call.body.get("keyAlgorithm", "")))
    ctx.put(body["name"], body)
    kind = call.body.get("privateKeyType", "TYPE_GOOGLE_CREDENTIALS_FILE")
    if kind == "TYPE_UNSPECIFIED":
        kind = "TYPE_GOOGLE_CREDENTIALS_FILE"
    file = json.dumps(_credentials(account, ident, pem), indent=2)
    data = base64.b64encode((file if kind == "TYPE_GOOGLE_CREDENTIALS_FILE" else pem).encode()).decode()
    return {**ctx.show(body["name"], body, call.collection), "privateKeyType": kind, "privateKeyData": data}


def _refuse_over(ctx: Context, call: Call) -> None:
    if len(ctx.store.names("iam", call.target)) >= MAX_KEYS:
        raise failed_precondition("Precondition check failed.")


def _key(ctx: Context, name: str, origin: str, algorithm: str) -> JSON:
    return {
        "name": name,
        "validAfterTime": ctx.ids.at(int(ctx.ids.clock())).replace(".000000Z", "Z"),
        "validBeforeTime": _FOREVER,
        "keyAlgorithm": algorithm if algorithm.startswith("KEY_ALG_RSA") else "KEY_ALG_RSA_2048",
        "keyOrigin": origin,
        "keyType": "USER_MANAGED",
    }


def _credentials(account: JSON, ident: str, pem: str) -> JSON:
    """The file that `GOOGLE_APPLICATION_CREDENTIALS` names."""
    return {
        "type": "service_account",
        "project_id": account["projectId"],
        "private_key_id": ident,
        "private_key": pem,
        "client_email": account["email"],
        "client_id": account["uniqueId"],
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{quote(account['email'])}",
        "universe_domain": "googleapis.com",
    }


def upload(ctx: Context, call: Call) -> JSON | Answer:
    """A public key that the client made."""
    account = call.target.removesuffix(":upload").removesuffix("/keys")
    ctx.need(account, "projects.serviceAccounts")
    data = str(call.body.get("publicKeyData", ""))
    if not data:
        raise invalid("The public key data must be set.", field_path="public_key_data")
    ident = hashlib.sha256(data.encode()).hexdigest()[:40]
    name = f"{account}/keys/{ident}"
    if ctx.store.has("iam", name):
        raise ctx.exists(name, "projects.serviceAccounts.keys")
    body = _key(ctx, name, "USER_PROVIDED", "")
    ctx.put(name, body)
    return ctx.show(name, body, "projects.serviceAccounts.keys")


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """All keys, or those of the kinds asked for; not paged."""
    account = _parent(ctx, call)
    asked = set(call.query.get("keyTypes", ())) - {"KEY_TYPE_UNSPECIFIED"} or {"USER_MANAGED", "SYSTEM_MANAGED"}
    keys = [_system(ctx, account, call.target)] if "SYSTEM_MANAGED" in asked else []
    if "USER_MANAGED" in asked:
        keys += [b for n in ctx.store.names("iam", call.target) if (b := ctx.store.get("iam", n)) is not None]
    return {"keys": keys} if keys else {}


def _system(ctx: Context, account: JSON, keys: str) -> JSON:
    """The key that Google manages and rotates: always the same for the same account."""
    ident = hashlib.sha256(str(account["uniqueId"]).encode()).hexdigest()[:40]
    return {**_key(ctx, f"{keys}/{ident}", "GOOGLE_PROVIDED", ""), "keyType": "SYSTEM_MANAGED"}


def get(ctx: Context, call: Call) -> JSON | Answer:
    """One key; its public half only if asked for."""
    body = ctx.need(call.target)
    return {k: v for k, v in body.items() if k not in ("privateKeyData", "privateKeyType")}


def switch(ctx: Context, call: Call) -> JSON | Answer:
    """disable, enable."""
    body = ctx.need(call.target)
    body.pop("disabled", None)
    if call.verb == "disable":
        body |= {"disabled": True, "disableReason": "USER_INITIATED"}
    else:
        body.pop("disableReason", None)
    ctx.put(call.target, body)
    return {}


RESOURCES = {"serviceAccounts.keys": Resource(etag=False)}
_OWN: dict[str, Handler] = {
    "create": create,
    "upload": upload,
    "list": list_,
    "get": get,
    "disable": switch,
    "enable": switch,
    "delete": standard.delete,
}
METHODS: dict[str, Handler] = {f"serviceAccounts.keys.{verb}": at_account(handler) for verb, handler in _OWN.items()}
