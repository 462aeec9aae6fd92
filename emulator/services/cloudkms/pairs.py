"""Key pairs and MAC keys: signatures, decryption and MACs are real, of keys that are derived when first needed.

https://cloud.google.com/kms/docs/algorithms
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import Any

from emulator.call import Answer, Call
from emulator.context import Context
from emulator.services.cloudkms import material
from emulator.wire.crc32c import crc32c
from emulator.wire.errors import failed_precondition, invalid

JSON = dict[str, Any]

_CURVES = {"EC_SIGN_P256": "SECP256R1", "EC_SIGN_P384": "SECP384R1", "EC_SIGN_SECP256K1": "SECP256K1"}


def _key_of(ctx: Context, purposes: tuple[str, ...]) -> JSON:
    """The key that the call's version is of; 400 where it is not for this."""
    name = ctx.call.target.partition("/cryptoKeyVersions/")[0]
    key = ctx.need(name)
    if key["purpose"] not in purposes:
        raise failed_precondition(
            f"{ctx.shown_name(name)} is not a key of purpose {' or '.join(purposes)}, but {key['purpose']}."
        )
    return key


def _version(ctx: Context, suffix: str = "") -> tuple[str, JSON]:
    name = ctx.call.target.removesuffix(suffix)
    ctx.need(name, "cryptoKeyVersions")
    return name, material.usable(ctx, name)


def _pair(ctx: Context, name: str, algorithm: str) -> Any:
    """The private key of a version; made once and kept."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    meta = ctx.store.meta(ctx.label, name)
    if meta.get("pair"):
        return serialization.load_pem_private_key(str(meta["pair"]).encode(), None)
    curve = next((c for start, c in _CURVES.items() if algorithm.startswith(start)), "")
    size = re.search(r"RSA\w*?_(\d{4})\b|RSA\w*?_(\d{4})_", algorithm)
    made: Any
    if curve:
        made = ec.generate_private_key(getattr(ec, curve)())
    elif algorithm == "EC_SIGN_ED25519":
        made = ed25519.Ed25519PrivateKey.generate()
    elif size:
        made = rsa.generate_private_key(65537, int(size[1] or size[2]))
    else:
        raise failed_precondition(f"Lockgate's emulator makes no keys of algorithm {algorithm}.")
    pem = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    ctx.put(name, ctx.store.get(ctx.label, name) or {}, {**meta, "pair": pem})
    return made


def public_key(ctx: Context, call: Call) -> JSON | Answer:
    """The public half, as PEM."""
    from cryptography.hazmat.primitives import serialization

    del call
    name, version = _version(ctx, "/publicKey")
    key = ctx.need(name.partition("/cryptoKeyVersions/")[0])
    if key["purpose"] not in ("ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT"):
        raise failed_precondition(f"{ctx.shown_name(name)} has no public key: its purpose is {key['purpose']}.")
    public = _pair(ctx, name, version["algorithm"]).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "pem": pem.decode(),
        "algorithm": version["algorithm"],
        "pemCrc32c": str(crc32c(pem)),
        "name": ctx.shown_name(name),
        "protectionLevel": version["protectionLevel"],
        "publicKeyFormat": "PEM",
    }


def _hash(algorithm: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    found = re.search(r"SHA(1|224|256|384|512)$", algorithm)
    return getattr(hashes, f"SHA{found[1]}")() if found else hashes.SHA256()


def sign(ctx: Context, call: Call) -> JSON | Answer:
    """Of a digest, or of the data itself."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils

    _key_of(ctx, ("ASYMMETRIC_SIGN",))
    name, version = _version(ctx, ":asymmetricSign")
    digest, data = call.body.get("digest") or {}, material.data_of(call.body, "data")
    verified_data = material.checked(call, "data")
    pair, algorithm = _pair(ctx, name, version["algorithm"]), str(version["algorithm"])
    if isinstance(pair, ed25519.Ed25519PrivateKey):
        signature = pair.sign(data)
    else:
        hashed = _hash(algorithm)
        given = material.data_of(digest, f"sha{hashed.name.removeprefix('sha')}") if digest else None
        if given is None:
            given = hashlib.new(hashed.name, data).digest()
        if len(given) != hashed.digest_size:
            raise invalid(f"The digest of {algorithm} must be {hashed.digest_size} bytes.", field_path="digest")
        before = utils.Prehashed(hashed)
        if isinstance(pair, ec.EllipticCurvePrivateKey):
            signature = pair.sign(given, ec.ECDSA(before))
        elif "PSS" in algorithm:
            signature = pair.sign(given, padding.PSS(padding.MGF1(hashed), hashed.digest_size), before)
        else:
            signature = pair.sign(given, padding.PKCS1v15(), before)
    answer = {
        "signature": base64.b64encode(signature).decode(),
        "signatureCrc32c": str(crc32c(signature)),
        "name": ctx.shown_name(name),
        "protectionLevel": version["protectionLevel"],
    }
    answer |= {"verifiedDataCrc32c": True} if verified_data else {}
    return answer | ({"verifiedDigestCrc32c": True} if call.body.get("digestCrc32c") else {})


def decrypt(ctx: Context, call: Call) -> JSON | Answer:
    """RSA-OAEP."""
    from cryptography.hazmat.primitives.asymmetric import padding

    _key_of(ctx, ("ASYMMETRIC_DECRYPT",))
    name, version = _version(ctx, ":asymmetricDecrypt")
    verified = material.checked(call, "ciphertext")
    hashed = _hash(str(version["algorithm"]))
    try:
        plain = _pair(ctx, name, version["algorithm"]).decrypt(
            material.data_of(call.body, "ciphertext"), padding.OAEP(padding.MGF1(hashed), hashed, None)
        )
    except ValueError:
        raise invalid("Decryption failed: the ciphertext is invalid.") from None
    answer = {
        "plaintext": base64.b64encode(plain).decode(),
        "plaintextCrc32c": str(crc32c(plain)),
        "protectionLevel": version["protectionLevel"],
    }
    return answer | ({"verifiedCiphertextCrc32c": True} if verified else {})


def _mac(ctx: Context, name: str, version: JSON, data: bytes) -> bytes:
    held = base64.b64decode(str(ctx.store.meta(ctx.label, name).get("material", "")))
    return hmac.new(held, data, _hash(str(version["algorithm"])).name).digest()


def mac_sign(ctx: Context, call: Call) -> JSON | Answer:
    """The MAC of data."""
    _key_of(ctx, ("MAC",))
    name, version = _version(ctx, ":macSign")
    verified = material.checked(call, "data")
    tag = _mac(ctx, name, version, material.data_of(call.body, "data"))
    answer = {
        "name": ctx.shown_name(name),
        "mac": base64.b64encode(tag).decode(),
        "macCrc32c": str(crc32c(tag)),
        "protectionLevel": version["protectionLevel"],
    }
    return answer | ({"verifiedDataCrc32c": True} if verified else {})


def mac_verify(ctx: Context, call: Call) -> JSON | Answer:
    """Whether a MAC is of data."""
    _key_of(ctx, ("MAC",))
    name, version = _version(ctx, ":macVerify")
    sums = {
        answer: True
        for field, answer in (("data", "verifiedDataCrc32c"), ("mac", "verifiedMacCrc32c"))
        if material.checked(call, field)
    }
    tag = _mac(ctx, name, version, material.data_of(call.body, "data"))
    same = hmac.compare_digest(tag, material.data_of(call.body, "mac"))
    answer: JSON = {"name": ctx.shown_name(name), "protectionLevel": version["protectionLevel"], **sums}
    return answer | ({"success": True, "verifiedSuccessIntegrity": True} if same else {})
