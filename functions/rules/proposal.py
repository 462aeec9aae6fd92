"""What a model has to answer, and the rules of form that hold whatever it answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

import msgspec

from normalise import number
from normalise.case import BadRequestError
from normalise.formats import CANONICAL, UnreadableError, reader
from normalise.request import each_once
from normalise.text import clean, key_form, without_indices
from route.table import Field

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
# Characters of one answer. 32,768 output tokens are rarely more; what is longer is not worth parsing.
LONGEST_ANSWER = 200_000


class GarbageError(Exception):
    """The answer has another shape than was asked for."""


class Proposal(msgspec.Struct, frozen=True, gc=False):
    """What the drafting model proposes, read by the declared fields of an answer.

    ``facts`` are names of the case's fields that the reasons rest on; ``confidence`` is from 0 to 1.
    """

    output: dict[str, Any]
    reasons: list[str]
    facts: list[str]
    confidence: Decimal | None = None


class Opinion(msgspec.Struct, frozen=True, gc=False):
    """What the checking model says of a proposal."""

    agrees: bool
    reasons: Annotated[list[Line], msgspec.Meta(max_length=10)]


class _Draft(msgspec.Struct, frozen=True, gc=False):
    output: Annotated[dict[str, Any], msgspec.Meta(max_length=200)]
    reasons: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=10)]
    facts: Annotated[list[Line], msgspec.Meta(min_length=1, max_length=50)]
    confidence: Any = None


class _Text(msgspec.Struct, frozen=True, gc=False):
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


def proposal(text: str, output: Mapping[str, Field]) -> Proposal:
    """Read one answer as ``Form`` does; raises GarbageError."""
    return Form(output).proposal(text)


class Form:
    """What an answer has to look like by its declared fields, compiled once."""

    def __init__(self, output: Mapping[str, Field]) -> None:
        self._fields = [(name, declared, reader(declared, CANONICAL)) for name, declared in output.items()]
        self._names = frozenset(output)

    def proposal(self, text: str) -> Proposal:
        """Read the drafting model's answer; raises GarbageError.

        Every field has to be there, unless it says ``missing: allow``. A field that nobody declared may limit what the
        others say ("pay", but "only after an inspection"), so an answer with one is garbage as well.
        """
        said: _Draft = _decode(text, _Draft)
        unknown = len(said.output.keys() - self._names)
        if unknown:
            raise GarbageError(f"the model's answer has {unknown} fields in `output` that the charter does not declare")
        fields = dict(self._read(said.output))
        return Proposal(fields, _lines(said.reasons), _lines(said.facts), _confidence(said.confidence))

    def _read(self, said: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, declared, read in self._fields:
            value = _tidy(said.get(name), declared)
            if value is not None:
                try:
                    yield name, _bounded(read(value)[0])
                except UnreadableError as error:
                    raise GarbageError(f"the model's answer: output.{name} {error}") from None
            elif declared.missing != "allow":
                raise GarbageError(f"the model's answer lacks output.{name}")


def opinion(text: str) -> Opinion:
    """Read the checking model's answer; raises GarbageError."""
    said: Opinion = _decode(text, Opinion)
    return Opinion(said.agrees, _lines(said.reasons))


def formatted(text: str) -> str:
    """Read the formatting model's answer; raises GarbageError."""
    read: _Text = _decode(text, _Text)
    said = clean(read.text)
    if not said:
        raise GarbageError("the model's answer has an empty `text`")
    return said


def objections(said: Proposal, case_fields: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[str]:
    """What is wrong with the facts: each is to be one that the case has, and that the model could see.

    ``hidden`` are the dotted paths of the case's fields that were masked by name.
    """
    masked = {_path(path) for path in hidden}
    for fact in said.facts:
        path = _path(fact)
        if any(path[: len(one)] == one for one in masked):
            yield "a reason rests on a field that is masked, so the model cannot know it"
        elif not _has(case_fields, path):
            yield "a reason rests on a fact that the case does not have"


def schema(output: Mapping[str, Field]) -> dict[str, Any]:
    """The response schema of a proposal: the Schema of Vertex AI's REST API, v1 (generationConfig.responseSchema).

    Lengths and most counts are left to the parser: the service refuses schemas that have too many states. A document
    is asked for as text, since an object needs its properties named there.
    """
    lines = {"type": "ARRAY", "items": {"type": "STRING"}, "minItems": "1"}
    required = [name for name, declared in output.items() if declared.missing != "allow"]
    answer = {
        "type": "OBJECT",
        "properties": {name: _schema(declared) for name, declared in output.items()},
        "required": required,
        "propertyOrdering": list(output),
    }
    # In the order in which a model should think: what it rests on, why, what follows, and how sure that is.
    properties = {
        "facts": lines,
        "reasons": lines,
        "output": answer,
        "confidence": {"type": "NUMBER", "minimum": 0, "maximum": 1},
    }
    return {
        "type": "OBJECT",
        "properties": properties,
        "required": list(properties),
        "propertyOrdering": list(properties),
    }


def _tidy(value: Any, declared: Field) -> Any:
    """The value for its reader: None where there is nothing in it, a document out of the text that it was asked for."""
    if not isinstance(value, str):
        return value
    text = clean(value)
    return _decode(text, Any) if text and declared.type == "document" else text or None


def _bounded(value: Any) -> Any:
    if isinstance(value, int | Decimal) and not number.bounded(Decimal(value)):
        raise UnreadableError(f"has more than {number.MOST_DIGITS} digits")
    return value


def _lines(said: list[str]) -> list[str]:
    lines = [clean(line) for line in said]
    if not all(lines):
        raise GarbageError("the model's answer has an empty line among its reasons or facts")
    return lines


def _confidence(said: Any) -> Decimal | None:
    if said is None:
        return None
    share = number.of(said, CANONICAL) if not isinstance(said, str) else None
    if share is None or not 0 <= share <= 1:
        raise GarbageError("the model's answer: confidence: expected a number from 0 to 1")
    return share


def _schema(declared: Field) -> dict[str, Any]:
    match declared.type:
        case "decimal" | "integer":
            asked: dict[str, Any] = {"type": "NUMBER" if declared.type == "decimal" else "INTEGER"}
            limits = {"minimum": declared.least, "maximum": declared.most}
            asked |= {key: float(limit) for key, limit in limits.items() if limit is not None}
        case "date":
            asked = {"type": "STRING", "format": "date"}
        case "boolean":
            asked = {"type": "BOOLEAN"}
        case "choice":
            asked = {"type": "STRING", "format": "enum", "enum": declared.values}
        case "document":
            asked = {"type": "STRING", "description": "JSON, as text"}
        case "text":
            asked = {"type": "STRING"}
    if declared.unit is not None:
        asked["description"] = f"in {declared.unit}"
    if declared.missing == "allow":
        asked["nullable"] = True
    return asked


def _path(dotted: str) -> tuple[str, ...]:
    return tuple(map(key_form, without_indices(dotted).split(".")))


def _has(value: Any, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if isinstance(value, list):
        return any(_has(item, path) for item in value)
    if not isinstance(value, Mapping):
        return False
    return any(_has(inner, path[1:]) for name, inner in value.items() if key_form(name) == path[0])


def _decode(text: str, shape: Any) -> Any:
    if len(text) > LONGEST_ANSWER:
        raise GarbageError(f"the model's answer has more than {LONGEST_ANSWER} characters")
    # Models without a JSON mode wrap their answer in a Markdown fence.
    bare = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        # Of a name that stands twice nobody knows which was meant.
        each_once(bare.encode(), _DECODERS[Any].decode(bare))
        return _DECODERS[shape].decode(bare)
    except (msgspec.DecodeError, RecursionError, ValueError, BadRequestError):
        raise GarbageError("the model's answer is not in the form that was asked for") from None


_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {
    shape: msgspec.json.Decoder(shape, float_hook=number.exact) for shape in (_Draft, Opinion, _Text, Any)
}
