"""A policy bundle that OPA servers download and believe: checked by OPA, signed by OPA, and put into a store."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lockgate.errors import InputError, NoDecision
from lockgate.policy.bundle import compile_policies, members, tarball
from lockgate.policy.opa import Opa
from lockgate.policy.policies import Policies
from lockgate.store import s3

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""What a bundle is signed with: keys of two halves only, so that who verifies cannot sign (OPA knows HMAC too)."""

_SECONDS = 60


@dataclass(frozen=True)
class Published:
    """What was put where."""

    revision: str
    address: s3.Address
    size: int
    """Bytes."""


def publish(
    policies: Policies, opa: Opa, env: Mapping[str, str], *, key: Path, algorithm: str, address: s3.Address
) -> Published:
    """Put the signed bundle of ``policies`` into the store at ``address``.

    ``key`` is the PEM file of the private key. Raises NoDecision when OPA does not accept the policies or is only a
    remote server, InputError when the bundle cannot be signed or the store refuses.
    """
    if not address.path:
        raise InputError(f"{address}: expected the bundle's own name, such as s3://BUCKET/lockgate/bundle.tar.gz.")
    if opa.path is None:
        raise NoDecision("a bundle is checked and signed by an opa program; OPA_URL is a server. Unset OPA_URL.")
    compile_policies(policies, opa, env)
    body = signed(policies, opa.path, key=key, algorithm=algorithm)
    s3.put(address, body, content_type="application/gzip")
    return Published(policies.revision, address, len(body))


def signed(policies: Policies, executable: Path, *, key: Path, algorithm: str) -> bytes:
    """The signed bundle as ``.tar.gz``. Raises InputError when it cannot be signed."""
    return tarball(signatures_and(policies, executable, key=key, algorithm=algorithm))


def signatures_and(policies: Policies, executable: Path, *, key: Path, algorithm: str) -> dict[str, bytes]:
    """What the signed bundle holds, by path: the policies, and ``.signatures.json`` made by ``opa sign``."""
    if algorithm not in ALGORITHMS:
        raise InputError(f"--algorithm {algorithm}: expected one of {', '.join(ALGORITHMS)}.")
    if not key.is_file():
        raise InputError(f"{key}: not a file. Name the PEM file of the private key with --signing-key.")
    files = members(policies)
    with tempfile.TemporaryDirectory(prefix="lockgate-bundle-") as name:
        stage = Path(name) / "bundle"
        for path, content in files.items():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).write_bytes(content)
        command = [str(executable), "sign", "--signing-key", str(key.absolute()), "--signing-alg", algorithm]
        command += ["--output-file-path", "..", "--bundle", "."]
        try:
            done = subprocess.run(command, cwd=stage, env={}, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"{executable} sign cannot be run: {error}.") from None
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).decode(errors="replace").split())[:300]
            raise InputError(f"{key}: the bundle cannot be signed with it: {said}")
        signatures = (Path(name) / ".signatures.json").read_bytes()
    return {**files, ".signatures.json": signatures}
