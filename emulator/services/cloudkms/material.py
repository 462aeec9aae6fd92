"""Key material: encryption is real (AES-256-GCM), so that what one key wrote no other reads, and nothing after its
destruction.

A ciphertext carries the number of its version, as Cloud KMS's does; its layout is the emulator's own.
"""

from __future__ import annotations

import base64
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.wire.crc32c import crc32c
from emulator.wire.errors import GoogleError, failed_precondition, invalid

JSON = dict[str, Any]

MAX_PLAINTEXT = 65_536
"""Bytes; https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys/encrypt."""
_NONCE = 12
_MAGIC = b"\x0a\x24"


def fresh(ctx: Context) -> str:
    """New material, base64."""
    return base64.b64encode(bytes.fromhex(ctx.ids.hexa(64))).decode()


def data_of(body: JSON, field: str) -> bytes:
    """The bytes of a field, which JSON carries as base64 of either alphabet."""
    return base64.b64decode(str(body.get(field, "")).replace("-", "+").replace("_", "/") + "==")


def checked(call: Call, field: str) -> bool:
    """Whether the client sent a checksum of a field; 400 if it is not the field's.

    It is an Int64Value, which can be told from nothing when it is 0: the checksum of a field that is not there, which
    gcloud sends and wants to hear of.
    """
    sent = call.sent.get(f"{field}Crc32c", call.body.get(f"{field}Crc32c"))
    if sent is None:
        return False
    if str(sent) != str(crc32c(data_of(call.body, field))):
        raise invalid(f"The checksum in field {field}_crc32c did not match the data in field {field}.")
    return True


def usable(ctx: Context, name: str) -> JSON:
    """The version of that name, or 400 if it is not enabled."""
    version = ctx.store.get(ctx.label, name)
    state = ctx.show(name, version, ctx.call.collection + ".cryptoKeyVersions")["state"] if version else "DESTROYED"
    if version is None or state != "ENABLED":
        raise failed_precondition(f"{ctx.shown_name(name)} is not enabled, current state is: {state}.")
    return version


def _key(ctx: Context) -> JSON:
    target = ctx.call.target.partition("/cryptoKeyVersions/")[0]
    key = ctx.need(target)
    if key["purpose"] != "ENCRYPT_DECRYPT":
        raise failed_precondition(
            f"{ctx.shown_name(target)} is not a key of purpose ENCRYPT_DECRYPT, but {key['purpose']}."
        )
    return key


def _cipher(ctx: Context, version: str) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    held = ctx.store.meta(ctx.label, version).get("material")
    if not held:
        raise failed_precondition(f"{ctx.shown_name(version)} has no key material.")
    return AESGCM(base64.b64decode(held))


def encrypt(ctx: Context, call: Call) -> JSON | Answer:
    """With a key's primary version, or with the version that is named."""
    _key(ctx)
    name = call.target
    if "/cryptoKeyVersions/" not in name:
        shown = ctx.show(name, ctx.need(name))
        number = str(shown.get("primary", {}).get("name", "")).rsplit("/", 1)[-1]
        if not number:
            raise failed_precondition(f"{ctx.shown_name(name)} has no primary version.")
        name = f"{name}/cryptoKeyVersions/{number}"
    version = usable(ctx, name)
    plain, extra = data_of(call.body, "plaintext"), data_of(call.body, "additionalAuthenticatedData")
    if len(plain) > MAX_PLAINTEXT:
        raise invalid(f"The plaintext is {len(plain)} bytes: at most {MAX_PLAINTEXT}.", field_path="plaintext")
    verified = checked(call, "plaintext"), checked(call, "additionalAuthenticatedData")
    nonce = bytes.fromhex(ctx.ids.hexa(_NONCE * 2))
    number_bytes = int(name.rsplit("/", 1)[-1]).to_bytes(4, "big")
    sealed = _MAGIC + number_bytes + nonce + _cipher(ctx, name).encrypt(nonce, plain, extra)
    answer: JSON = {
        "name": ctx.shown_name(name),
        "ciphertext": base64.b64encode(sealed).decode(),
        "ciphertextCrc32c": str(crc32c(sealed)),
        "protectionLevel": version["protectionLevel"],
    }
    answer |= {"verifiedPlaintextCrc32c": True} if verified[0] else {}
    return answer | ({"verifiedAdditionalAuthenticatedDataCrc32c": True} if verified[1] else {})


def decrypt(ctx: Context, call: Call) -> JSON | Answer:
    """By whichever version of the key sealed it."""
    _key(ctx)
    sealed, extra = data_of(call.body, "ciphertext"), data_of(call.body, "additionalAuthenticatedData")
    checked(call, "ciphertext")
    checked(call, "additionalAuthenticatedData")
    start = len(_MAGIC) + 4
    if not sealed.startswith(_MAGIC) or len(sealed) < start + _NONCE + 16:
        raise invalid("Decryption failed: the ciphertext is invalid.")
    number = int.from_bytes(sealed[len(_MAGIC) : start], "big")
    name = f"{call.target}/cryptoKeyVersions/{number}"
    if ctx.store.get(ctx.label, name) is None:
        raise _unreadable()
    version = usable(ctx, name)
    from cryptography.exceptions import InvalidTag

    try:
        plain = _cipher(ctx, name).decrypt(sealed[start : start + _NONCE], sealed[start + _NONCE :], extra)
    except InvalidTag:
        raise _unreadable() from None
    primary = ctx.store.meta(ctx.label, call.target).get("primary") == str(number)
    answer: JSON = {
        "plaintext": base64.b64encode(plain).decode(),
        "plaintextCrc32c": str(crc32c(plain)),
        "protectionLevel": version["protectionLevel"],
    }
    return answer | ({"usedPrimary": True} if primary else {})


def _unreadable() -> GoogleError:
    return invalid("Decryption failed: verify that 'name' refers to the correct CryptoKey.")


def random_bytes(ctx: Context, call: Call) -> JSON | Answer:
    """As many as asked for, 8 to 1024."""
    length = int(call.body.get("lengthBytes", 0))
    if not 8 <= length <= 1024:
        raise invalid("length_bytes must be between 8 and 1024.", field_path="length_bytes")
    data = bytes.fromhex(ctx.ids.hexa(length * 2))
    return {"data": base64.b64encode(data).decode(), "dataCrc32c": str(crc32c(data))}
