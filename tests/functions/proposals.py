"""What models answer in the tests: the ordinary proposal, and all models scripted with it."""

from __future__ import annotations

import json
from typing import Any

from standin import Standin, generated, predicted

DRAFT = {"output": {"decision": "pay"}, "reasons": ["the papers are complete"], "facts": ["amount"], "confidence": 0.9}


def drafted(**changes: Any) -> dict[str, Any]:
    """A model's reply with the ordinary proposal, changed."""
    return generated(json.dumps({**DRAFT, **changes}))


def scripted(standin: Standin) -> None:
    standin.answers("gemini-flash", drafted())
    standin.answers("gemini-lite", drafted())
    standin.answers("gemma", predicted('{"agrees": true, "reasons": []}'))
    standin.screen, standin.retry_after = None, None
    standin.asked.clear()
    standin.screened.clear()
