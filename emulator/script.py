"""What models answer: `POST /_script` hands in answers, a service module takes them in turn.

    {"answers": [{"model": "gemini-*", "match": "refund", "text": "approve", "prompt_tokens": 20, "answer_tokens": 3,
    "count": 0}]}

`model` fits the end of the model's or endpoint's name (`*` stands for anything), `match` is a regular expression
searched in the request. An answer has whatever keys its service understands (`text`, `predictions`, `response`,
`prompt_tokens`, …): this module only picks it.
"""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

from emulator.state.store import copied
from emulator.wire.errors import invalid

JSON = dict[str, Any]


NUMBERS = ("first_seconds", "between_seconds", "cut_after", "garble_after", "error_after")
"""Keys that say how an answer is sent, each a number from 0 on."""
MOST = 600.0
COUNTS = ("prompt_tokens", "answer_tokens", "thought_tokens", "cached_tokens", "count")
"""Keys that count something, each a whole number from 0 on."""


class Script:
    """The answers handed in, oldest first."""

    def __init__(self) -> None:
        self.answers: list[JSON] = []

    def add(self, raw: object) -> None:
        """Takes the body of `POST /_script`, or 400."""
        items = raw.get("answers") if isinstance(raw, dict) else raw
        if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
            raise invalid('/_script takes {"answers": [{"model": …, "match": …, "text": …}]}')
        for item in items:
            _check(item)
        self.answers.extend(copied(items))

    def next(self, model: str, request: object) -> JSON | None:
        """The first answer that fits a model's name and a request. One with a `count` is used up after as many uses."""
        text = json.dumps(request, ensure_ascii=False)
        for answer in self.answers:
            if not fnmatchcase(model, "*" + str(answer.get("model", "*"))):
                continue
            if not re.search(str(answer.get("match", "")), text):
                continue
            if answer.get("count"):
                answer["count"] -= 1
                if answer["count"] <= 0:
                    self.answers.remove(answer)
            return copied(answer)
        return None


def _check(answer: JSON) -> None:
    """400 for a key whose value is of no use, so that it is told when the script is handed in."""
    for key in NUMBERS:
        value = answer.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= MOST:
            raise invalid(f"`{key}` is {value!r:.50}, expected a number from 0 to {MOST:.0f}")
    for key in COUNTS:
        value = answer.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise invalid(f"`{key}` is {value!r:.50}, expected a whole number from 0 on")
    parts = answer.get("parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise invalid("`parts` is a list of objects, as `contents.parts` is")
    if not isinstance(answer.get("error", {}), dict):
        raise invalid("`error` is an object with `status` and `message`")
    try:
        re.compile(str(answer.get("match", "")))
    except re.error as error:
        raise invalid(f"`match` is not a regular expression: {error}") from None
