"""What OPA answered, checked before anything is made of it.

Silence is not a pass: a rule that had something to judge and said nothing gives no decision, and so does
an answer of any other shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

import msgspec

from lockgate.errors import NoDecision
from lockgate.plan.model import Plan
from lockgate.policy.registry import Rule, matching

_SHOWN = 3
_MOST_MESSAGE = 600


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one rule said of one resource, or of the stack when ``urn`` is None."""

    rule: str
    urn: str | None
    status: Literal["pass", "fail", "undetermined", "skipped"]
    message: Annotated[str, msgspec.Meta(min_length=1)]


class _Bundle(msgspec.Struct, frozen=True):
    revision: str = ""


class _Provenance(msgspec.Struct, frozen=True):
    version: str
    revision: str = ""
    bundles: dict[str, _Bundle] = {}


class _Answer(msgspec.Struct, frozen=True):
    provenance: _Provenance
    result: list[Said]


def parse(body: Any, *, revision: str, where: str) -> tuple[list[Said], str]:
    """The findings in OPA's answer, and the version of OPA that gave it.

    Raises NoDecision when there is no result (an undefined rule is ``{}`` with status 200), when the shape
    is another, or when the server's policies are of another revision.
    """
    if isinstance(body, dict) and "result" not in body:
        raise NoDecision(
            f"{where} gave no result: lockgate.main.findings is undefined there. Serve the Lockgate bundle."
        )
    try:
        answer = msgspec.convert(body, _Answer)
    except msgspec.ValidationError as error:
        raise NoDecision(f"{where} gave an answer of another shape: {error}. Nothing is concluded from it.") from None
    served = {answer.provenance.revision, *(bundle.revision for bundle in answer.provenance.bundles.values())} - {""}
    if revision not in served:
        shown = ", ".join(sorted(item[:12] for item in served)) or "none"
        raise NoDecision(
            f"{where} decides by other policies: its revision is {shown}, the local one {revision[:12]}. "
            "Publish the local bundle to it, or name its policies with --policies."
        )
    return [_shortened(item) for item in answer.result], answer.provenance.version


def _shortened(item: Said) -> Said:
    """A finding that a report can show: a rule may have listed thousands of resources in one message."""
    if len(item.message) <= _MOST_MESSAGE:
        return item
    return msgspec.structs.replace(item, message=f"{item.message[:_MOST_MESSAGE]}… (shortened)")


def complete(said: Sequence[Said], rules: Sequence[Rule], plan: Plan, *, chartered: bool) -> list[Said]:
    """The findings with what was left out for a reason added, as ``skipped``.

    A rule that needs a charter is skipped where there is none, whatever it says; a rule about types of
    which the plan has nothing is skipped. Raises NoDecision, naming rule and resource, for a finding of an
    unknown rule or on an unknown resource, and for a rule that owes a finding and did not give it.
    """
    by_rule: dict[str, list[Said]] = defaultdict(list)
    for item in said:
        by_rule[item.rule].append(item)
    urns = _urns_by_type(plan)
    _check_known(said, {rule.id for rule in rules}, {resource.urn for resource in plan.resources})
    result: list[Said] = []
    for rule in rules:
        if rule.needs_charter and not chartered:
            result.append(Said(rule.id, None, "skipped", "needs a charter, and there is none"))
            continue
        own = by_rule[rule.id]
        result += own
        owed = _owed(rule, urns)
        missing = owed - {item.urn for item in own}
        if missing:
            raise NoDecision(_silent(rule, missing))
        if not own:
            kinds = ", ".join(rule.judges)
            result.append(Said(rule.id, None, "skipped", f"nothing to judge: the plan has no {kinds}"))
    return result


def _urns_by_type(plan: Plan) -> dict[str, list[str]]:
    urns: dict[str, list[str]] = defaultdict(list)
    for resource in plan.resources:
        urns[resource.type].append(resource.urn)
    return urns


def _owed(rule: Rule, urns: dict[str, list[str]]) -> set[str | None]:
    """The resources on which the rule has to say something; None is the stack."""
    if rule.judges_stack:
        return {None}
    types = {type_ for pattern in rule.judges for type_ in matching(pattern, list(urns))}
    return {urn for type_ in types for urn in urns[type_]}


def _check_known(said: Iterable[Said], rules: set[str], urns: set[str]) -> None:
    for item in said:
        if item.rule not in rules:
            raise NoDecision(
                f"a finding names the rule {item.rule!r}, which the policies do not hold. Check the rule's id."
            )
        if item.urn is not None and item.urn not in urns:
            raise NoDecision(
                f"policies: {item.rule} judges {item.urn}, which is not in the plan. Use the resource's urn."
            )


def _silent(rule: Rule, missing: set[str | None]) -> str:
    urns = sorted(urn for urn in missing if urn is not None)
    what = "the stack" if None in missing else ", ".join(urns[:_SHOWN])
    more = f" and {len(urns) - _SHOWN} more" if len(urns) > _SHOWN else ""
    return (
        f"policies/{rule.path}: {rule.id} says nothing about {what}{more}. "
        "Silence is not a pass: let the rule make a finding for each thing it judges."
    )
