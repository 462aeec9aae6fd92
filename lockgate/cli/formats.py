"""The forms a verdict can be had in, and the one place that chooses between them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from lockgate.errors import InputError

if TYPE_CHECKING:
    from lockgate.verdict import Verdict


class Format(StrEnum):
    """How a verdict is written."""

    text = "text"
    json = "json"
    sarif = "sarif"
    junit = "junit"
    github = "github"


def report_form(form: str, what: str) -> bool:
    """Whether a report is to be text, not JSON; ``what`` it is, with its verb. Raises InputError for another form."""
    if form not in {"text", "json"}:
        raise InputError(f"--format {form}: {what} text or json. Choose one of them.")
    return form == "text"


def render(verdict: Verdict, form: Format, *, colour: bool = False, verbose: bool = False, width: int = 80) -> str:
    """The verdict in a form. Colour, detail and width (columns) concern text only: no other form changes shape."""
    # Only the renderer that is asked for is loaded.
    if form is Format.text:
        from lockgate.report import text

        return text.render(verdict, colour=colour, verbose=verbose, width=width)
    if form is Format.json:
        from lockgate.report import json

        return json.render(verdict)
    if form is Format.sarif:
        from lockgate.report import sarif

        return sarif.render(verdict)
    if form is Format.junit:
        from lockgate.report import junit

        return junit.render(verdict)
    from lockgate.report import github

    return github.render(verdict)
