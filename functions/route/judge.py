"""Which tier a case is in, which segments, and which business rules an answer breaks.

What is not known is taken for the strictest that it could be: a case is in the strictest tier that it could come into
if everything unknown about it were known.
"""

from __future__ import annotations

from dataclasses import dataclass

from route.condition import Condition
from route.evaluate import Compiler, Facts, Holds, Seen, form, holds, parts
from route.faults import faults
from route.search import all_text
from route.table import STRICTEST_FIRST, BusinessRule, Table, Tier
from route.words import Hidden, hider, unknown, words

__all__ = ["Facts", "Judge", "all_text", "faults", "holds"]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule of a tier. ``leaves`` are its conditions one by one, to name what is not known."""

    holds: Holds
    words: str
    leaves: list[tuple[Holds, Condition]]

    def open(self, seen: Seen) -> str:
        return unknown([condition for leaf, condition in self.leaves if leaf(seen) is None])


class Judge:
    """The conditions of a table, compiled once."""

    def __init__(self, table: Table) -> None:
        after = Compiler(table.intake.fields, table.output)
        before = Compiler(table.intake.fields, table.output, undrafted=True)
        hidden = hider(table.masking.fields)
        ruled = [tier for tier in STRICTEST_FIRST if tier in table.tiers and table.rules.get(tier)]
        self._before = [(tier, [_rule(rule, before, hidden) for rule in table.rules[tier]]) for tier in ruled]
        self._after = [(tier, [_rule(rule, after, hidden) for rule in table.rules[tier]]) for tier in ruled]
        self._segments = [(name, after.condition(condition)) for name, condition in table.segments.items()]
        self._business = [(rule, after.condition(rule.require)) for rule in table.business_rules]
        others = [tier for tier in STRICTEST_FIRST if tier in table.tiers and tier not in ruled]
        self._rest: Tier = others[0] if others else table.strictest()
        self._rest_at = STRICTEST_FIRST.index(self._rest)
        if len(table.tiers) == 1:
            self._why_rest = "it is the only tier"
        elif not ruled:
            self._why_rest = "no tier has rules"
        else:
            self._why_rest = "no rule asks for another tier" if others else "no rule fits"

    def placed(self, facts: Facts) -> tuple[Tier, list[str]]:
        """Note a new case's segments in ``facts``, and give its ``tier``."""
        seen = Seen(facts, facts.text)
        facts.segments, facts.unsure = self._segments_of(seen)
        return self._judged(self._before, seen)

    def segments(self, facts: Facts) -> tuple[list[str], list[str]]:
        """The segments that the case is in, and those of which that is not known: ``segments``, ``unsure`` of facts."""
        return self._segments_of(Seen(facts, facts.text))

    def _segments_of(self, seen: Seen) -> tuple[list[str], list[str]]:
        sure: list[str] = []
        unsure: list[str] = []
        for name, condition in self._segments:
            truth = condition(seen)
            if truth is not False:
                (sure if truth else unsure).append(name)
        return sure, unsure

    def tier(self, facts: Facts) -> tuple[Tier, list[str]]:
        """The tier of a case before there is a draft, and why, in words.

        The strictest tier of which a rule is true or unknown; a tier without rules takes the rest. Where every tier has
        rules and none fits, the rest goes to the strictest. Where the rest goes to a stricter tier than the rule's, an
        unknown rule is no ground to leave it. A condition on the model's confidence brings no case into a tier yet.
        """
        return self._judged(self._before, Seen(facts, facts.text))

    def raised(self, tier: Tier, facts: Facts) -> tuple[Tier, list[str]]:
        """The tier now that there is a draft, with its confidence; never a less strict one. ``why`` is what raised it.

        A draft that says nothing of its confidence leaves conditions on it unknown.
        """
        now, why = self._judged(self._after, Seen(facts, facts.text))
        if STRICTEST_FIRST.index(now) < STRICTEST_FIRST.index(tier):
            return now, why
        return tier, []

    def broken(self, tier: Tier, facts: Facts, text: str | None = None) -> list[BusinessRule]:
        """The business rules of the tier that do not hold of the answer; one that is unknown does not hold.

        Conditions on ``text`` search the answer, not the case: all texts of its output, or ``text`` where it has more.
        """
        if text is None and facts.output is not None:
            text = all_text(facts.output)
        seen = Seen(facts, text)
        return [rule for rule, require in self._business if tier in rule.tiers and require(seen) is not True]

    def _judged(self, way: list[tuple[Tier, list[_Rule]]], seen: Seen) -> tuple[Tier, list[str]]:
        maybe: tuple[Tier, list[str]] | None = None
        for tier, rules in way:
            sure, why = False, []
            for rule in rules:
                truth = rule.holds(seen)
                if truth is not False:
                    sure = sure or truth is True
                    why.append(rule.words if truth else rule.open(seen))
            if why and (sure or STRICTEST_FIRST.index(tier) <= self._rest_at):
                return maybe or (tier, why)
            if why and maybe is None:
                maybe = (tier, why)
        return self._rest, [self._why_rest, *(maybe[1] if maybe else [])]


def _rule(rule: Condition, compiler: Compiler, hidden: Hidden) -> _Rule:
    return _Rule(compiler.condition(rule), words(rule, hidden), list(_leaves(rule, compiler)))


def _leaves(condition: Condition, compiler: Compiler) -> list[tuple[Holds, Condition]]:
    if form(condition) in {"all", "any", "not_"}:
        return [leaf for part in parts(condition) for leaf in _leaves(part, compiler)]
    return [(compiler.condition(condition), condition)]
