"""What has to hold between the sections that say which way a case goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lockgate.charter import meaning
from lockgate.charter.meaning import Names, Refusal
from lockgate.charter.section import TIERS, Contradiction

if TYPE_CHECKING:
    from lockgate.charter.model import Charter

_UNANSWERED = Refusal("no model has answered yet", "Ask it in business_rules, or ask a field or another measure.")
_SEGMENT = Refusal("segments are what is being found out", "Repeat the condition of that segment.")
_LAXEST = Refusal(
    "it is known after the draft, and can then bring a case into a stricter tier only",
    "Put the opposite into the rules of the stricter tier.",
)
_CHAT_ALONE = Refusal("a chat has text but no fields", "Ask measure: text, or add cases to routing.doors.")
_CHAT = Refusal("a chat is answered with text", "Ask measure: text, or remove chat from routing.doors.")


def contradictions(charter: Charter) -> Iterator[Contradiction]:
    """Conditions that cannot be answered, tiers that no case reaches, and rules for tiers that do not occur."""
    yield from _of_conditions(charter)
    yield from _out_of_reach(charter)
    yield from _without_route(charter)


def _of_conditions(charter: Charter) -> Iterator[Contradiction]:
    doors = charter.routing.doors
    always = {"field": _CHAT_ALONE, "quality": _CHAT_ALONE} if doors == ["chat"] else {}

    def names(**refused: Refusal) -> Names:
        sources = [source.name for source in charter.data.sources]
        return Names(charter.data.fields, charter.output, sources, [*charter.segments], {**always, **refused})

    of_case = names(output=_UNANSWERED, confidence=_UNANSWERED, segment=_SEGMENT)
    for name, condition in charter.segments.items():
        yield from meaning.contradictions(condition, of_case, ("segments", name))
    laxest = next((tier for tier in reversed(TIERS) if getattr(charter.risk, tier)), None)
    for tier in TIERS:
        section = getattr(charter.risk, tier)
        of_tier = names(output=_UNANSWERED, **({"confidence": _LAXEST} if tier == laxest else {}))
        for index, condition in enumerate(section.rules if section else ()):
            yield from meaning.contradictions(condition, of_tier, ("risk", tier, "rules", index))
    for name, field in charter.output.items():
        for key in ("least", "most"):
            if field.type == "date" and getattr(field, key) is not None:
                yield Contradiction(
                    ("output", name, key), "bounds a day, which only fields of a case have", "Write a business rule."
                )
    of_answer = names(**({"output": _CHAT} if "chat" in doors else {}))
    for index, rule in enumerate(charter.business_rules):
        yield from meaning.contradictions(rule.require, of_answer, ("business_rules", index, "require"))


def _out_of_reach(charter: Charter) -> Iterator[Contradiction]:
    """A tier below one without rules, which takes all that the stricter ones leave."""
    tiers = [(tier, section) for tier in TIERS if (section := getattr(charter.risk, tier))]
    if not any(section.rules for _, section in tiers):
        return
    rest = None
    for tier, section in tiers:
        if rest is not None:
            where = ("risk", tier, "rules") if section.rules else ("risk", tier)
            yield Contradiction(
                where,
                f"can never be reached: {rest} is stricter, has no rules, and so takes the rest",
                f"Add rules to risk.{rest}.",
            )
        elif not section.rules:
            rest = tier


def _without_route(charter: Charter) -> Iterator[Contradiction]:
    for tier in TIERS:
        section = getattr(charter.risk, tier)
        if section and section.rules and getattr(charter.routing, tier) is None:
            yield Contradiction(
                ("risk", tier, "rules"),
                f"bring cases into {tier}, for which routing has no route",
                f"Add routing.{tier}.",
            )
    named: dict[str, int] = {}
    for index, rule in enumerate(charter.business_rules):
        if named.setdefault(rule.name, index) != index:
            yield Contradiction(
                ("business_rules", index, "name"), f"{rule.name} is already the name of another rule", "Rename one."
            )
        for item, tier in enumerate(rule.tiers):
            if getattr(charter.routing, tier) is None:
                yield Contradiction(
                    ("business_rules", index, "tiers", item),
                    f"{tier} has no route in routing, so the rule is never asked there",
                    f"Remove it, or add routing.{tier}.",
                )
    for tier in TIERS:
        if getattr(charter.money.calls.tiers, tier) is not None and getattr(charter.routing, tier) is None:
            yield Contradiction(
                ("money", "calls", "tiers", tier), "has a budget, but no route in routing", f"Add routing.{tier}."
            )
