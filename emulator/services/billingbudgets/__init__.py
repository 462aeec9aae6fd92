"""Cloud Billing budgets: https://cloud.google.com/billing/docs/reference/budget/rest. The server makes the names; the
two versions differ in wrapping and in
what they call the notifications; `spend` says how a budget speaks."""

from __future__ import annotations

from typing import Any

from emulator import standard
from emulator.call import Answer, Call
from emulator.context import Context
from emulator.resource import Resource
from emulator.service import Service
from emulator.services.billingbudgets.spend import PUBLISHER
from emulator.wire import mask
from emulator.wire.check import snake
from emulator.wire.errors import GoogleError, invalid, permission_denied

JSON = dict[str, Any]

_RULE, _BETA_RULE = "notificationsRule", "allUpdatesRule"
MAX_CHANNELS = 5
"""Notification channels of one budget."""
_TREATMENTS_WITH_TYPES = "INCLUDE_SPECIFIED_CREDITS"


def _filled(ctx: Context, budget: JSON) -> JSON:
    """What the server fills in: period, treatment of credits, basis of each threshold; projects by number."""
    wanted = dict(budget.get("budgetFilter") or {})
    if "calendarPeriod" not in wanted and "customPeriod" not in wanted:
        wanted["calendarPeriod"] = "MONTH"
    wanted.setdefault("creditTypesTreatment", "INCLUDE_ALL_CREDITS")
    if wanted.get("projects"):
        wanted["projects"] = [ctx.projects.by_number(str(p)) for p in wanted["projects"]]
    rules = [{"spendBasis": "CURRENT_SPEND", **rule} for rule in budget.get("thresholdRules") or []]
    return {**budget, "budgetFilter": wanted, **({"thresholdRules": rules} if rules else {})}


def _check(ctx: Context, name: str, budget: JSON) -> None:
    """400 for a budget that contradicts itself."""
    amount = budget.get("amount", {})
    if ("specifiedAmount" in amount) == ("lastPeriodAmount" in amount):
        raise invalid("Exactly one of specified_amount and last_period_amount must be set.", field_path="budget.amount")
    _check_currency(ctx, name, amount)
    for rule in budget.get("thresholdRules") or []:
        if float(rule.get("thresholdPercent", 0)) < 0:
            raise invalid("threshold_percent must not be negative.", field_path="budget.threshold_rules")
    wanted = budget["budgetFilter"]
    if wanted.get("creditTypes") and wanted["creditTypesTreatment"] != _TREATMENTS_WITH_TYPES:
        raise invalid(
            f"credit_types may only be set where credit_types_treatment is {_TREATMENTS_WITH_TYPES}.",
            field_path="budget.budget_filter.credit_types",
        )
    for project in wanted.get("projects") or []:
        if not str(project).startswith("projects/"):
            raise invalid(f"Invalid project '{project}'.", field_path="budget.budget_filter.projects")
    _check_rule(ctx, budget.get(_RULE) or {})


def _check_currency(ctx: Context, name: str, amount: JSON) -> None:
    """An amount is in the account's currency, which is filled in where it is left out."""
    held = ctx.projects.containers["/".join(name.split("/")[:2])]
    currency = held.body.get("currencyCode")
    wanted = amount.get("specifiedAmount")
    if wanted is None:
        return
    if currency and wanted.get("currencyCode", currency) != currency:
        raise invalid(
            f"The currency {wanted['currencyCode']} is not the billing account's, {currency}.",
            field_path="budget.amount.specified_amount.currency_code",
        )
    wanted.setdefault("currencyCode", currency or "USD")


def _check_rule(ctx: Context, rule: JSON) -> None:
    topic = rule.get("pubsubTopic")
    if topic and rule.get("schemaVersion") != "1.0":
        raise invalid(
            'schema_version must be "1.0" where pubsub_topic is set.',
            field_path="budget.notifications_rule.schema_version",
        )
    if topic and ctx.store.get("pubsub", ctx.canonical(str(topic))) is None:
        raise permission_denied(f"Pub/Sub topic {topic} does not exist, or its policy may not be set by the caller.")
    channels = rule.get("monitoringNotificationChannels") or []
    if len(channels) > MAX_CHANNELS:
        raise invalid(f"At most {MAX_CHANNELS} monitoring notification channels are allowed.", field_path="budget")


def _connect(ctx: Context, budget: JSON) -> None:
    """Google's account becomes a publisher of the topic: once, when the budget is connected."""
    topic = ctx.canonical(str((budget.get(_RULE) or {}).get("pubsubTopic", "")))
    if not topic or PUBLISHER in ctx.policies.members("pubsub", topic, "roles/pubsub.publisher"):
        return
    policy = ctx.policies.get("pubsub", topic)
    policy.setdefault("bindings", []).append({"role": "roles/pubsub.publisher", "members": [PUBLISHER]})
    ctx.policies.set("pubsub", topic, policy)


def _account(ctx: Context, name: str) -> None:
    if "/".join(name.split("/")[:2]) not in ctx.projects.containers:
        raise permission_denied("The caller does not have permission")


def _made(ctx: Context, name: str, budget: JSON) -> JSON:
    _account(ctx, name)
    if _BETA_RULE in budget:
        budget[_RULE] = budget.pop(_BETA_RULE)
    made = _filled(ctx, budget)
    _check(ctx, name, made)
    return made


def _after(ctx: Context, name: str, budget: JSON) -> None:
    del name
    _connect(ctx, budget)


def _view(ctx: Context, name: str, budget: JSON) -> JSON:
    """In the words of the version that asks."""
    del name
    if ctx.call.api.version == "v1beta1" and _RULE in budget:
        budget[_BETA_RULE] = budget.pop(_RULE)
    return budget


def patch(ctx: Context, call: Call) -> JSON | Answer:
    """Changes the masked fields; without a mask, those that are sent."""
    before = ctx.need(call.target)
    body, rest = standard.unwrapped(call)
    body.pop("name", None)
    sent = body.pop("etag", None)
    if sent and sent != before["etag"]:
        raise GoogleError("ABORTED", "The etag provided does not match the current etag of the budget.")
    paths = mask.parse(call.arg("updateMask") or str(rest.get("updateMask", "")))
    schema = ctx.schema()
    if schema is not None:
        paths = mask.without_prefix(paths, schema)
        mask.check(paths, schema, call.api)
    if _BETA_RULE in body:
        body[_RULE] = body.pop(_BETA_RULE)
    paths = tuple(p.replace(_BETA_RULE, _RULE, 1) if p.startswith(_BETA_RULE) else p for p in paths)
    after = mask.apply(before, body, paths, read_only=frozenset({"name", "etag"})) if paths else {**before, **body}
    if "amount" not in after:
        raise invalid("Required field amount is not set.", field_path=snake("budget.amount"))
    after = _filled(ctx, after)
    _check(ctx, call.target, after)
    after["etag"] = ctx.ids.etag()
    ctx.put(call.target, after)
    _connect(ctx, after)
    return ctx.show(call.target, after)


def list_(ctx: Context, call: Call) -> JSON | Answer:
    """The budgets of an account; `scope` keeps those of one project."""
    _account(ctx, call.target)
    scope = ctx.projects.by_number(call.arg("scope"))
    rows = ctx.store.rows(ctx.label, call.target)
    return standard.paged(
        ctx,
        [ctx.show(n, b) for _, n, b in rows if not scope or b.get("budgetFilter", {}).get("projects") == [scope]],
        Resource(page_size=100),
    )


SERVICE = Service(
    "billingbudgets",
    package="google.cloud.billing.budgets.{version}",
    resources={
        "budgets": Resource(
            server_id=lambda ctx: ctx.ids.uuid(),
            on_create=_made,
            after_create=_after,
            view=_view,
        )
    },
    methods={"budgets.patch": patch, "budgets.list": list_},
)
