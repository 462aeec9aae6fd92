"""Compiling: from a snapshot of the policies to a bundle that OPA has checked, once per revision and OPA.

OPA's own checker sees exactly the files that are then served: strict, with the capabilities that ban
network, clock and chance, and with the schema of ``input``.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from lockgate.errors import NoDecision
from lockgate.policy import cache
from lockgate.policy.opa import Opa
from lockgate.policy.policies import Policies, check_references
from lockgate.policy.registry import Rule

_FORM = "1"
"""Goes into the key of the cache: change it when what is cached changes its form."""

_CHECK_SECONDS = 60
_SHOWN = 3


@dataclass(frozen=True)
class Compiled:
    """Policies that OPA accepts, ready to be served."""

    revision: str
    rules: tuple[Rule, ...]
    max_waiver_days: int
    read_by_urn: bool
    """Whether some rule reads ``input.by_urn``."""
    bundle: bytes
    """The bundle as ``.tar.gz``; the same bytes for the same revision."""


class _Stored(msgspec.Struct, frozen=True):
    bundle: str
    rules: list[Rule]
    max_waiver_days: int


def compile_policies(
    policies: Policies,
    opa: Opa,
    env: Mapping[str, str],
    *,
    packed: bytes | None = None,
    accepted: Policies | None = None,
) -> Compiled:
    """Check the policies with OPA and pack them, or take what an earlier run left in the cache.

    ``packed`` is what ``pack`` made of them, where the caller has it. ``accepted`` are policies that this OPA
    accepted before; of those that differ from them in rules alone only these rules are checked.

    With a remote server (``opa.path`` is None) there is no OPA to check with: the server has compiled the
    bundle of this revision, and only the registry and the parameters are checked here. Raises NoDecision,
    naming file and line, when the policies do not compile.
    """
    key = hashlib.sha256(f"{_FORM}\0{policies.revision}\0{opa.version}\0{opa.path is None}".encode()).hexdigest()
    folder = cache.folder(env) / "policies" / key
    packed = pack(policies) if packed is None else packed
    if (stored := _stored(folder, packed)) is not None:
        return Compiled(policies.revision, tuple(stored.rules), stored.max_waiver_days, policies.read_by_urn, packed)
    check_references(policies)
    compiled = Compiled(
        policies.revision, policies.rules, _max_waiver_days(policies.params), policies.read_by_urn, packed
    )
    if opa.path is not None:
        _check(policies, opa.path, accepted)
    document = _Stored(_digest(packed), list(compiled.rules), compiled.max_waiver_days)
    try:
        cache.write(folder / "compiled.json", msgspec.json.encode(document))
    except OSError:
        # A full or read-only disk costs the check again in the next run, nothing else.
        return compiled
    return compiled


def pack(policies: Policies) -> bytes:
    """The bundle: Rego, parameters under ``params``, and a manifest with the revision."""
    return tarball(members(policies))


def members(policies: Policies) -> dict[str, bytes]:
    """What the bundle holds, by path."""
    manifest = policies.manifest | {"revision": policies.revision}
    return {
        ".manifest": json.dumps(manifest, sort_keys=True).encode(),
        "params/data.json": json.dumps(policies.params, sort_keys=True).encode(),
        **policies.sources,
    }


def tarball(files: Mapping[str, bytes]) -> bytes:
    """Files as a ``.tar.gz``; the same bytes for the same files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, content in sorted(files.items()):
            member = tarfile.TarInfo(path)
            member.size = len(content)
            member.mode = 0o644
            archive.addfile(member, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), compresslevel=1, mtime=0)


def _stored(folder: Path, packed: bytes) -> _Stored | None:
    """What an earlier run found out about exactly these bytes, or None."""
    try:
        stored = msgspec.json.decode((folder / "compiled.json").read_bytes(), type=_Stored)
    except (OSError, msgspec.MsgspecError):
        return None  # not there, or not whole: check again
    return stored if stored.bundle == _digest(packed) else None


def _digest(packed: bytes) -> str:
    return hashlib.sha256(packed).hexdigest()


def _max_waiver_days(params: Mapping[str, Any]) -> int:
    days = params.get("waivers", {}).get("max_days")
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        raise NoDecision(f"policies/data/waivers.json: waivers.max_days is {days!r}, expected a whole number of days.")
    return days


def _check(policies: Policies, executable: Path, accepted: Policies | None) -> None:
    # A rule sees the library and the parameters, so where those are as they were, the other rules are too.
    changed = _changed_rules(policies, accepted) if accepted is not None else None
    if changed is not None and _refused(changed, executable) is None:
        return
    refused = _refused(policies, executable)  # rules that refer to each other can only be told together
    if refused is not None:
        raise NoDecision(explained(refused))


def _changed_rules(policies: Policies, accepted: Policies) -> Policies | None:
    """The policies without the rules that were accepted as they are; None where more than rules has changed."""
    differing = {path for path, content in policies.files.items() if accepted.files.get(path) != content}
    if not accepted.files.keys() <= policies.files.keys() or not all(path.startswith("rules/") for path in differing):
        return None
    kept = {
        path: content for path, content in policies.files.items() if path in differing or not path.startswith("rules/")
    }
    return Policies(policies.folder, kept)


def _refused(policies: Policies, executable: Path) -> bytes | None:
    """Run ``opa check`` on a copy of the snapshot, so that a file saved meanwhile is not what was checked.

    Returns what OPA says against it, or None where it accepts it.
    """
    with tempfile.TemporaryDirectory(prefix="lockgate-policies-") as name:
        stage = Path(name)
        for path, content in _staged(policies).items():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).write_bytes(content)
        command = [str(executable), "check", "--strict", "--format", "json", "--max-errors", "20"]
        command += ["--capabilities", "../capabilities.json", "--schema", "../schemas", "--bundle", "."]
        try:
            done = subprocess.run(
                command, cwd=stage / "bundle", env={}, capture_output=True, timeout=_CHECK_SECONDS, check=False
            )
        except OSError as error:
            raise NoDecision(f"{executable} cannot be run: {error.strerror}. Run 'lockgate doctor'.") from None
        except subprocess.TimeoutExpired:
            raise NoDecision(f"'opa check' did not end within {_CHECK_SECONDS} s; no policy is that large.") from None
    return (done.stderr or done.stdout) if done.returncode != 0 else None


def _staged(policies: Policies) -> dict[str, bytes]:
    staged = {f"bundle/{path}": content for path, content in policies.sources.items()}
    staged["bundle/.manifest"] = policies.files[".manifest"]
    staged["bundle/params/data.json"] = json.dumps(policies.params).encode()
    staged |= {path: content for path, content in policies.files.items() if path.startswith("schemas/")}
    staged["capabilities.json"] = policies.files["capabilities.json"]
    return staged


def explained(output: bytes) -> str:
    """OPA's errors as one message: the first few with file and line, and how many more there are."""
    try:
        errors = json.loads(output)["errors"]
        lines = [_line(error) for error in errors[:_SHOWN]]
        if len(errors) > _SHOWN:
            lines.append(f"and {len(errors) - _SHOWN} more; 'opa check' shows all.")
    except (ValueError, KeyError, TypeError):
        shown = output.decode(errors="replace").strip().replace("\n", " ")
        lines = [f"policies: {shown[:400] or 'OPA refuses them and gives no reason'}"]
    return "\n".join([*lines, "The policies do not compile, so nothing is judged by them."])


def _line(error: Mapping[str, Any]) -> str:
    location = error.get("location") or {}
    place = f"policies/{location['file']}:{location['row']}" if location.get("file") else "policies"
    wanted = (error.get("details") or {}).get("oneOf") or []
    expected = f" (expected one of: {', '.join(map(str, wanted))})" if wanted else ""
    return f"{place}: {error['message']}{expected}"
