"""``/v1/cases``: a case from an upstream system in, a decision out; and its address, to ask what became of it."""

from __future__ import annotations

import datetime
import re
import time
from contextlib import suppress
from typing import Any, Literal

import msgspec

from calls.caller import Job
from doors import repeats
from doors.http import Answer, Headers, Incoming, Refused, json
from flow.decide import Taken
from flow.outcome import Decided, Outcome, Proposed
from ledger import store
from ledger.store import Claim, StoreDownError
from mask.masker import MASK, Masked
from normalise.case import BadRequestError, Case, Change
from normalise.intake import UNKNOWN_VERSION
from normalise.request import MOST_BYTES, parse
from route.judge import Facts, all_text
from route.table import Tier
from screen.armor import ScreenError
from serving.record import Told, digest
from serving.router import Router, Shown

CHARSET = re.compile(r";\s*charset\s*=\s*\"?([A-Za-z0-9._-]+)\"?", re.IGNORECASE)
# Of what else is refused, the body is a request, and a declared rule or bound refuses the case in it.
UNREADABLE = frozenset({"charset", "not-json", "shape"})


class CaseAnswer(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the caller gets. Only a ``decision`` may be acted on; a ``proposal`` is a person's to decide on.

    ``why`` says what put the case in its tier, ``changes`` what was changed of its fields, ``address`` where to ask
    what a person decided.
    """

    case_id: str
    tier: Tier
    outcome: Outcome
    why: list[str]
    decision: Proposed | None = None
    proposal: Proposed | None = None
    objections: list[str] = []
    cause: str | None = None
    description: str | None = None
    address: str | None = None
    changes: list[Change] = []


class CaseState(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What became of a case: ``state`` is ``waiting`` until a person has decided."""

    key: str
    state: Literal["waiting", "decided"]
    answer: msgspec.Raw | None = None
    decision: msgspec.Raw | None = None
    decided_at: str | None = None


class _Opened(msgspec.Struct, frozen=True, gc=False):
    """A case on its way; ``started`` and ``deadline`` are of the monotonic clock."""

    case: Case
    tenant: str
    key: str
    claim: Claim
    started: float
    deadline: float
    trace: str
    size: int

    @property
    def id(self) -> str:
        """Under which the ledger knows the case."""
        return f"{self.tenant}/{self.key}"


async def post(router: Router, incoming: Incoming, trace: str) -> Answer:
    """Decide a case, once; raises Refused."""
    started = time.monotonic()
    tenant = await router.callers.tenant(incoming)
    raw = await incoming.body(MOST_BYTES)
    # What a caller takes to send it is not the models' time: a late call is paid for, and says of them that they hang.
    deadline = router.deadline()
    case = _taken_in(router, raw, incoming)
    key = repeats.key(incoming) or case.id
    claim = repeats.claim(router, f"{tenant}/{key}", raw)
    known = await repeats.known(router, claim)
    if known is not None:
        return Answer(
            known.status, bytes(known.body), [*repeats.REPLAYED, *(_location(key) if known.status == 202 else [])]
        )
    async with repeats.Undecided(router, claim):
        return await _decided(router, _Opened(case, tenant, key, claim, started, deadline, trace, len(raw)))


async def get(router: Router, incoming: Incoming, key: str) -> Answer:
    """What became of a case of the caller's tenant; raises Refused."""
    tenant = await router.callers.tenant(incoming)
    try:
        # In this order: both come in one commit, so a decision that is there has its case for review beside it.
        kept = await router.ledger.ask(store.find_result(f"{tenant}/{key}"))
        found = await router.ledger.ask(store.find_review(f"{tenant}/{key}"))
    except StoreDownError:
        raise Refused(503, "ledger", "the ledger does not answer; ask again", after=2) from None
    if found is None and kept is None:
        raise Refused(404, "no-such-case", "there is no case of this key, or it is being decided; send it first")
    answer = msgspec.json.decode(kept, type=repeats.Kept).body if kept is not None else None
    if found is None or found.state == "decided":
        at = datetime.datetime.fromtimestamp(found.decided_at, datetime.UTC) if found and found.decided_at else None
        said = msgspec.Raw(found.decision) if found and found.decision else None
        return json(200, CaseState(key, "decided", answer, said, at.isoformat() if at else None))
    return json(200, CaseState(key, "waiting", answer))


def _taken_in(router: Router, raw: bytes, incoming: Incoming) -> Case:
    found = CHARSET.search(incoming.header("content-type") or "")
    today = datetime.datetime.fromtimestamp(router.clock(), datetime.UTC).date()
    try:
        return router.intake.normalise(parse(raw, found[1] if found else None), today)
    except BadRequestError as error:
        raise Refused(400 if error.code in UNREADABLE else 422, error.code, str(error)) from None


async def _decided(router: Router, opened: _Opened) -> Answer:
    case = opened.case
    facts, tier, why, hidden = await router.read(opened.size, lambda: _placed(router, case))
    shown, attacks = _known(router, case, hidden.fields), []
    job = Job(opened.tenant, tier, opened.deadline, [])
    cause = await router.stops.within(tier, opened.deadline)
    if cause is None and not case.concerns:
        try:
            screened = await router.screened(tier, shown, opened.deadline)
            shown, attacks = screened.document, screened.attacks
        except ScreenError:
            cause = "not-screened"
    if cause is not None:
        decided = router.core.fallback(tier, why, cause)
    else:
        concerns = [*case.concerns, *(f"Model Armor found {name} in the case" for name in attacks)]
        decided = await router.run(router.core.case(Taken(shown, hidden.hidden, facts, concerns), tier, why), job)
    if decided.tier != tier and not router.screens(tier):
        # What a person sees of a raised case, and the trail's digest, are as that tier's are.
        with suppress(ScreenError):
            shown = (await router.screened(decided.tier, shown, opened.deadline)).document
    told = Told(
        case.id,
        opened.tenant,
        "cases",
        decided.tier,
        decided.why,
        decided.outcome,
        router.table.currency,
        digest(shown),
        source=case.source,
        version=case.version,
        segments=facts.segments or [],
        unsure=facts.unsure,
        changes=case.changes,
        hidden=len(hidden.hidden),
        found=hidden.found,
        quality=str(case.quality),
        cause=decided.cause,
        rules=decided.rules,
        objections=decided.objections,
        decision=decided.decision,
        proposal=decided.proposal,
        calls=job.calls,
    )
    answer = _answer(router, case, opened.key, decided)
    kept = repeats.keeping(opened.claim, answer.status, answer.body)
    where = Shown(opened.id, shown)
    await router.kept(told, decided, where, kept, started=opened.started, trace=opened.trace)
    return answer


def _placed(router: Router, case: Case) -> tuple[Facts, Tier, list[str], Masked]:
    """What the rules know of a case, its tier and why, and what a model may see of it."""
    facts = Facts(case.fields, source=case.source, quality=case.quality, text=all_text(case.fields))
    tier, why = router.judge.placed(facts)
    return facts, tier, why, router.masker.case(case.fields)


def _known(router: Router, case: Case, fields: dict[str, Any]) -> dict[str, Any]:
    """The fields without what nobody declared, which may hold anything that is masked elsewhere under its own name."""
    if case.version != UNKNOWN_VERSION and fields.keys() <= router.declared:
        return fields
    known = frozenset() if case.version == UNKNOWN_VERSION else router.declared
    return {name: value if name in known else MASK for name, value in fields.items()}


def _answer(router: Router, case: Case, key: str, decided: Decided) -> Answer:
    person = router.fallen_to_person(decided)
    fallback = decided.outcome == "fallback"
    address = f"/v1/cases/{key}"
    body = CaseAnswer(
        case.id,
        decided.tier,
        decided.outcome,
        decided.why,
        decided.decision,
        # What nobody has decided on is a person's to see, and nobody else's to act on.
        decided.proposal if person else None,
        decided.objections,
        decided.cause,
        router.table.fallback.description if fallback else None,
        address,
        case.changes,
    )
    return json(202 if person else 200, body, _location(key) if person else [])


def _location(key: str) -> Headers:
    return [(b"location", f"/v1/cases/{key}".encode())]
