"""Identity tokens as Cloud Run hands them on: the platform has verified the signature, and removed it."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode

CALLER = "claims-workflow@example-core.iam.gserviceaccount.com"
OTHER = "annual-audit@example-core.iam.gserviceaccount.com"
# Each of the two callers is a tenant's only one.
TENANTS = {
    "claims-workflow": {"callers": [f"serviceAccount:{CALLER}"]},
    "annual-audit": {"callers": [f"serviceAccount:{OTHER}"]},
}


def platform(email: str, *, expires_in: float = 3600) -> str:
    """A token of this caller."""
    claims = {"email": email, "exp": int(time.time() + expires_in), "aud": "https://router.example"}
    return f"{_part({'alg': 'RS256'})}.{_part(claims)}.SIGNATURE_REMOVED_BY_GOOGLE"


def bearer(email: str, *, expires_in: float = 3600) -> dict[str, str]:
    """The header that carries it."""
    return {"Authorization": f"Bearer {platform(email, expires_in=expires_in)}"}


def _part(document: object) -> str:
    return urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()
