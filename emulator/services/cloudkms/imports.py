"""Import jobs: their wrapping key is made at once; an HSM's attestation is a stand-in."""

from __future__ import annotations

from typing import Any

from emulator.context import Context
from emulator.wire.errors import invalid

JSON = dict[str, Any]

LIFETIME = 3 * 86_400
"""Seconds that an import job lives; https://cloud.google.com/kms/docs/key-import."""
_STAND_IN = "-----BEGIN {0}-----\nemulated\n-----END {0}-----\n"


def made(ctx: Context, name: str, job: JSON) -> JSON:
    """The answer to a create still waits for its key."""
    del name
    for field in ("importMethod", "protectionLevel"):
        if field not in job:
            raise invalid(f"Required field import_job.{field} is not set.", field_path=f"import_job.{field}")
    return {**job, "state": "PENDING_GENERATION", "expireTime": ctx.ids.at(ctx.ids.clock() + LIFETIME)}


def generated(ctx: Context, name: str, job: JSON) -> JSON:
    """What the next read sees; the create answers with the job as it was."""
    ready: JSON = {
        **job,
        "state": "ACTIVE",
        "generateTime": ctx.now(),
        "publicKey": {"pem": _STAND_IN.format("PUBLIC KEY")},
    }
    if str(job["protectionLevel"]).startswith("HSM"):
        certificate = _STAND_IN.format("CERTIFICATE")
        ready["attestation"] = {
            "format": "CAVIUM_V2_COMPRESSED",
            "content": "ZW11bGF0ZWQ=",
            "certChains": {
                "caviumCerts": [certificate, certificate],
                "googleCardCerts": [certificate],
                "googlePartitionCerts": [certificate],
            },
        }
    ctx.put(name, ready)
    return job
