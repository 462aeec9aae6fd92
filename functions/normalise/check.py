"""The rules of an intake, judged before the first case: what could not be followed is a fault at start."""

from __future__ import annotations

from collections.abc import Iterator

from normalise.formats import CANONICAL, UnreadableError, bound, date_faults, reader
from normalise.migrate import step_faults
from normalise.text import clean, key_form
from route.table import Field, Formats, Intake, Source, Version


def rule_faults(intake: Intake) -> Iterator[str]:
    """What is wrong with fields, formats, versions and steps, each in a sentence that says where."""
    for name, field in intake.fields.items():
        if key_form(name) != name:
            yield f"intake.fields.{name} is compared as {key_form(name) or 'nothing'}; write it so"
        for fault in _field_faults(field):
            yield f"intake.fields.{name} {fault}"
    for source_name, source in intake.sources.items():
        where = f"intake.sources.{source_name}"
        if source.current not in source.versions:
            yield f"{where}.current is {source.current}, which versions lacks"
        for name, version in source.versions.items():
            for fault in _version_faults(source, name, version):
                yield f"{where}.versions.{name} {fault}"


def _field_faults(field: Field) -> Iterator[str]:
    if field.type == "choice":
        if not field.values:
            yield "is a choice without values"
        if len({key_form(value) for value in field.values}) < len(field.values):
            yield "has two values that are the same but for case, spaces and hyphens"
    try:
        least, most = bound(field, field.least), bound(field, field.most)
        if least is not None and most is not None and least > most:
            yield f"has least {field.least}, which is above most {field.most}"
        read = reader(field, CANONICAL)
    except UnreadableError as error:
        yield f"has a bound that {error}" if field.type in {"decimal", "integer", "date"} else str(error)
        return
    if field.missing == "default":
        if field.default is None:
            yield "takes its default where it is missing, but has none"
            return
        try:
            read(field.default)
        except UnreadableError as error:
            yield f"has a default that {error}"


def _version_faults(source: Source, name: str, version: Version) -> Iterator[str]:
    yield from _format_faults(version.formats)
    for at, step in enumerate(version.steps, 1):
        for fault in step_faults(step):
            yield f"step {at} ({step.do}) {fault}"
    if name == source.current:
        if version.to is not None or version.steps:
            yield "is the current one, but leads on; expected neither `to` nor `steps`"
        return
    if not version.examples:
        yield "is migrated, but has no example of what comes out"
    seen = {name}
    last = version
    while last.to is not None and last.to in source.versions and last.to not in seen:
        seen.add(last.to)
        last = source.versions[last.to]
    if source.current not in seen:
        end = "round in a circle" if last.to in seen else f"to {last.to}" if last.to is not None else "nowhere"
        yield f"leads {end}, not to the current version {source.current}"


def _format_faults(formats: Formats) -> Iterator[str]:
    for text in formats.dates:
        yield from date_faults(text)
    both = {clean(word).casefold() for word in formats.true} & {clean(word).casefold() for word in formats.false}
    if both:
        yield "has the same word for true and for false"
