"""The verbs that put something into a store: a signed bundle, and locked evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lockgate.cli import checkout as checkouts
from lockgate.cli import clock, progress
from lockgate.store import s3


def publish(to: str, *, key: Path, algorithm: str, folder: Path | None, environment: Mapping[str, str]) -> str:
    """Publish the policies as a signed bundle; what was published, as text. Raises as ``store.bundle.publish``."""
    from lockgate.policy import opa, policies
    from lockgate.store import bundle

    address = s3.parse(to)
    checkout = checkouts.find(Path.cwd())
    found = policies.load(policies.locate(folder or (checkout.policies if checkout else None)))
    program = opa.find({**environment, "OPA_URL": ""}, say=progress.say)
    with progress.step("publishing the policies"):
        done = bundle.publish(found, program, environment, key=key, algorithm=algorithm, address=address)
    return f"revision {done.revision}\n{done.address}, {done.size} bytes, signed with {algorithm}\n"


def archive(verdict: Path, reports: Sequence[Path], *, to: str, until: str) -> str:
    """Archive a decision; what is kept, as text. Raises as ``store.archive.archive``."""
    from lockgate.store import archive as archives

    now = datetime.now(UTC)
    moment = clock.moment(until, now, option="--until")
    address = s3.parse(to)
    with progress.step("archiving the decision"):
        kept = archives.archive(verdict, reports, to=address, until=moment, now=now)
    lines = [f"{one.address}  version {one.version}  sha256:{one.sha256}" for one in kept]
    return "\n".join([*lines, f"locked until {moment.isoformat()}"]) + "\n"
