"""The coding of special values between a Pulumi program and its engine, turned into the contract's.

One reader for all three sources of a plan: the recorder's requests, ``pulumi preview --json`` and ``--save-plan``.
Standard library only: it also runs inside the virtual environment of a foreign program.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

FORMAT = "lockgate.plan/1"
STACK_TYPE = "pulumi:pulumi:Stack"

# pulumi/pulumi, sdk/go/common/resource/properties.go (signatures) and plugin/rpc.go (unknowns), v3.260.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (the mark of a secret, not one)
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWNS = (
    UNKNOWN_STRING,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
    "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
    "e48ece36-62e2-4504-bad9-02848725956a",  # archive
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
)


PROVIDER_PREFIX = "pulumi:providers:"
ENGINE_KEYS = {"__defaults", "__internal"}
MASKED_SECRET = "[secret]"  # noqa: S105 (what the engine prints in the place of one)


def inputs(type_: str, sent: dict[str, Any], root: Path) -> dict[str, Any]:
    """The inputs of a resource in the contract's form.

    A provider's inputs are JSON in text, as the SDK sends them; they are decoded, so that rules read them like others.
    """
    found: dict[str, Any] = plain(sent, root)
    if not type_.startswith(PROVIDER_PREFIX):
        return found
    return {key: _decoded(value) for key, value in found.items()}


def _decoded(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in {"{", "[", "t", "f"}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def plain(value: Any, root: Path) -> Any:
    """A JSON value in the engine's coding as the contract's: secrets and unknowns marked, assets by digest.

    Text that was made with an unknown value is unknown as a whole. ``root`` is the folder in which the program runs, to
    which the paths of assets are relative.
    """
    if isinstance(value, str):
        if value == MASKED_SECRET:
            return {"$secret": True}
        return {"$unknown": True} if any(mark in value for mark in UNKNOWNS) else value
    if isinstance(value, list):
        return [plain(item, root) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, dict):
        return value
    signature = value.get(SIGNATURE)
    if signature is None:
        return {key: plain(item, root) for key, item in sorted(value.items()) if key not in ENGINE_KEYS}
    if signature == SECRET or (signature == OUTPUT and value.get("secret")):
        return {"$secret": True}
    if signature in {ASSET, ARCHIVE}:
        return {"$asset": asset_digest(value, root)}
    if signature == OUTPUT and "value" in value:
        return plain(value["value"], root)
    return {"$unknown": True}


def asset_digest(asset: dict[str, Any], root: Path) -> Any:
    """The SHA-256 of an asset, or of the names and digests of what an archive holds; unknown for a remote one."""
    members = asset.get("assets")
    if members:
        return _digest_of_members({name: asset_digest(member, root) for name, member in members.items()})
    if asset.get("path"):
        return _path_digest(root / asset["path"]) or _by_engine(asset)
    if asset.get("uri"):
        return _by_engine(asset)
    return _sha256(asset.get("text", "").encode())


def _by_engine(asset: dict[str, Any]) -> Any:
    return f"sha256:{asset['hash']}" if asset.get("hash") else {"$unknown": True}


def _path_digest(path: Path) -> str | None:
    if path.is_dir():
        files = (found for found in path.rglob("*") if found.is_file())
        return _digest_of_members({found.relative_to(path).as_posix(): _sha256(found.read_bytes()) for found in files})
    if path.is_file():
        return _sha256(path.read_bytes())
    return None


def _digest_of_members(members: dict[str, Any]) -> str:
    return _sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode())


def _sha256(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()
