"""The facts that a conversation comes with: declared fields, as text, since ``metadata`` of OpenAI holds no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from normalise.formats import CANONICAL, UnreadableError, reader
from normalise.text import key_form
from route import table


class Metadata:
    """The declared fields' readers, made once.

    Keys that nobody declared decide nothing and go nowhere. A value that cannot be read is unknown, so that rules which
    ask for it take the strictest tier.
    """

    def __init__(self, intake: table.Intake) -> None:
        self._readers = {key_form(name): reader(field, CANONICAL) for name, field in intake.fields.items()}
        self._defaults = {
            key_form(name): self._readers[key_form(name)](field.default)[0]
            for name, field in intake.fields.items()
            if field.missing == "default"
        }

    def read(self, said: Mapping[str, str]) -> dict[str, Any]:
        """The fields that were said, and the declared defaults of the others."""
        fields = dict(self._defaults)
        for name, value in said.items():
            key = key_form(name)
            if key in self._readers:
                fields.pop(key, None)
                try:
                    fields[key] = self._readers[key](value)[0]
                except UnreadableError:
                    continue
        return fields
