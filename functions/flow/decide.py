"""The way of a case, and of a conversation, through its tier. Pure: a generator that asks and is answered.

It yields an ``Ask``, is sent the ``Reply`` or thrown a ``ModelError``, and returns a ``Decided``. Every way ends in a
decision, a review by a person, or the charter's fallback; no failure of a model leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Any

import msgspec

from flow import prompt as prompts
from flow.outcome import Decided, Outcome, Proposed
from route.judge import Facts, Judge
from route.search import all_text
from route.table import BusinessRule, Limits, Role, Route, Table, Tier
from rules import proposal as rules
from rules.proposal import GarbageError
from vertex.shape import ModelError, Prompt, Reply, Turn, estimate

# The cause of a ModelError where Model Armor found one before the model was asked.
ATTACK = "attack"
CHECKER_SILENT = "the checking model disagrees and gives no reason"
NO_OTHER = "the model that checks in this tier may have drafted in the tier that the case was raised from"


class Ask(msgspec.Struct, frozen=True, gc=False):
    """One role's question; ``then`` are the models that are asked when the first does not answer, in order.

    ``cheaper`` is asked where a budget has too little left for the first. ``seconds`` bounds all of it. ``tier`` is the
    case's now: what stops it, screens it and pays for it is that tier's, also where the draft raised it there.
    """

    role: Role
    model: str
    limits: Limits
    prompt: Prompt
    seconds: int
    tier: Tier
    then: Sequence[str] = ()
    cheaper: str | None = None


Flow = Generator[Ask, Reply, Decided]


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A case that a door has taken in. ``fields`` are masked, ``facts`` are not and leave this package in no way."""

    fields: dict[str, Any]
    hidden: frozenset[str]
    facts: Facts
    concerns: list[str]


class Talk(msgspec.Struct, frozen=True, gc=False):
    """A conversation that a door has taken in, masked; ``facts`` are of the unmasked one."""

    instructions: list[str]
    turns: list[Turn]
    settings: dict[str, Any]
    most_tokens: int | None
    facts: Facts


class _Standing(msgspec.Struct, gc=False):
    """A draft and what is held against it so far."""

    tier: Tier
    why: list[str]
    proposed: Proposed
    objections: list[str]
    rules: list[str]

    def broke(self, broken: Sequence[BusinessRule]) -> None:
        """Hold broken rules against it."""
        self.rules += [rule.name for rule in broken]
        self.objections += [rule.otherwise for rule in broken]

    def ended(self, outcome: Outcome, cause: str) -> Decided:
        return Decided(outcome, self.tier, self.why, None, self.proposed, self.objections, self.rules, cause)


class Core:
    """The flows of one use case."""

    def __init__(self, table: Table, judge: Judge) -> None:
        self.table = table
        self.judge = judge
        self._schema = rules.schema(table.output)
        self._form = rules.Form(table.output)

    def case(self, taken: Taken, tier: Tier, why: list[str]) -> Flow:
        """The way of a case of this tier."""
        if taken.concerns:
            return self._ended("review", tier, why, cause="intake", objections=taken.concerns)
        return self._guarded(self._case(taken, tier, why), tier, why)

    def talk(self, talk: Talk, tier: Tier, why: list[str]) -> Flow:
        """The way of a conversation of this tier; its decision's ``text`` is the assistant's next turn."""
        return self._guarded(self._talk(talk, tier, why), tier, why)

    def opening(self, talk: Talk, tier: Tier) -> Ask:
        """The first question of a conversation."""
        route = self.table.tiers[tier]
        prompt = prompts.chat(self.table.summary, talk.instructions, talk.turns, talk.settings)
        limits = Limits(route.max_input_tokens, min(route.max_output_tokens, talk.most_tokens or 1 << 31))
        return _draft(route, tier, limits, prompt)

    def fallback(self, tier: Tier, why: list[str], cause: str) -> Decided:
        """The charter's way without a model."""
        return Decided("fallback", tier, why, cause=cause)

    def streams(self, tier: Tier) -> bool:
        """Whether an answer of this tier may go out as it is made: nothing is left that could still stop it."""
        route = self.table.tiers[tier]
        ruled = any(tier in rule.tiers for rule in self.table.business_rules)
        return route.action == "automatic" and route.formatter is None and not ruled

    def _case(self, taken: Taken, tier: Tier, why: list[str]) -> Flow:
        table = self.table
        route = table.tiers[tier]
        limits = Limits(route.max_input_tokens, route.max_output_tokens)
        prompt = prompts.draft(table.summary, taken.fields, self._schema)
        reply = yield _draft(route, tier, limits, prompt)
        said = self._form.proposal(reply.text)
        proposed = Proposed(said.output, said.reasons, said.facts, _text(said.confidence))
        facts = msgspec.structs.replace(taken.facts, output=said.output, confidence=said.confidence)
        raised, more = self.judge.raised(tier, facts)
        drafters: set[str | None] = set()
        if raised != tier:
            drafters = {route.model, *route.next_models, route.over_budget}
            tier, why = raised, [*why, *more]
        objections = sorted(set(rules.objections(said, taken.fields, taken.hidden)))
        at = _Standing(tier, why, proposed, objections, [])
        at.broke(self.judge.broken(tier, facts))
        if table.tiers[tier].action == "validate" and table.tiers[tier].checker in drafters:
            # A model agrees with its own mistakes.
            at.objections.append(NO_OTHER)
        answer = all_text(said.output)
        return (
            yield from self._finished(
                at,
                lambda: prompts.check(table.summary, taken.fields, proposed),
                lambda: prompts.written(table.summary, taken.fields, proposed),
                lambda text: self.judge.broken(tier, facts, f"{answer}\n{text}"),
            )
        )

    def _talk(self, talk: Talk, tier: Tier, why: list[str]) -> Flow:
        table = self.table
        reply = yield self.opening(talk, tier)
        text = reply.text
        proposed = Proposed({}, [], [], text=text)
        at = _Standing(tier, why, proposed, [], [])

        def broken(answer: str) -> list[BusinessRule]:
            return self.judge.broken(tier, msgspec.structs.replace(talk.facts, output={"text": answer}))

        at.broke(broken(text))
        return (
            yield from self._finished(
                at,
                lambda: prompts.chat_check(table.summary, talk.turns, text),
                lambda: prompts.chat_written(table.summary, talk.turns, text),
                broken,
            )
        )

    def _finished(
        self,
        at: _Standing,
        check: Callable[[], Prompt],
        written: Callable[[], Prompt],
        broken: Callable[[str], list[BusinessRule]],
    ) -> Flow:
        """What is done with a draft; a person sees it where a later role fails. ``broken`` is of the written text."""
        route = self.table.tiers[at.tier]
        if route.action == "manual-review" or at.objections:
            return at.ended("review", "rule" if at.objections else "tier")
        try:
            if route.action == "validate":
                at.objections = yield from self._checked(check(), route, at.tier)
                if at.objections:
                    return at.ended("review", "not-validated")
            if route.formatter is not None:
                reply = yield _role(route, "format", written(), at.tier)
                text = rules.formatted(reply.text)
                at.proposed = msgspec.structs.replace(at.proposed, text=text)
                at.broke(broken(text))
                if at.objections:
                    return at.ended("review", "rule")
        except ModelError as failure:
            if failure.cause == ATTACK:
                at.objections = ["Model Armor found an attack in what the next model was to see"]
                return at.ended("review", ATTACK)
            return at.ended("fallback", failure.cause)
        except GarbageError:
            return at.ended("fallback", "garbage")
        outcome: Outcome = "validated" if route.action == "validate" else "automatic"
        return Decided(outcome, at.tier, at.why, at.proposed)

    def _checked(self, prompt: Prompt, route: Route, tier: Tier) -> Generator[Ask, Reply, list[str]]:
        reply = yield _role(route, "check", prompt, tier)
        said = rules.opinion(reply.text)
        return [] if said.agrees else said.reasons or [CHECKER_SILENT]

    def _guarded(self, flow: Flow, tier: Tier, why: list[str]) -> Flow:
        """A flow whose failures end in the fallback."""
        try:
            return (yield from flow)
        except ModelError as failure:
            return self.fallback(tier, why, failure.cause)
        except GarbageError:
            return self.fallback(tier, why, "garbage")

    def _ended(self, outcome: Outcome, tier: Tier, why: list[str], *, cause: str, objections: list[str]) -> Flow:
        return Decided(outcome, tier, why, objections=objections, cause=cause)
        yield


def _draft(route: Route, tier: Tier, limits: Limits, prompt: Prompt) -> Ask:
    if estimate(prompt) > limits.max_input_tokens:
        raise ModelError("too-long", sent=False)
    return Ask("draft", route.model, limits, prompt, route.timeout_seconds, tier, route.next_models, route.over_budget)


def _role(route: Route, wanted: Role, prompt: Prompt, tier: Tier) -> Ask:
    """A question of a later role: it has one model, since the checker must not be the one that drafted."""
    model, limits = next((model, limits) for role, model, limits in route.roles() if role == wanted)
    if estimate(prompt) > limits.max_input_tokens:
        raise ModelError("too-long", sent=False)
    return Ask(wanted, model, limits, prompt, route.timeout_seconds, tier)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
