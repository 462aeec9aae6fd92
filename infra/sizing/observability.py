"""What is measured of the charter's routing, and from which figure on people are told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.sizing.routing import longest_wait
from lockgate.charter.model import Charter, routes
from lockgate.charter.routing import Limits, Route

HOURS_A_MONTH = 730
# An answer that needs more than this share of its bound is about to be cut off.
TOKEN_SHARE = 0.9
FALLBACK_SHARE = 0.05
# Three beats of the scheduler's heartbeat, which comes every five minutes.
SILENCE_SECONDS = 900
WINDOW_SECONDS = 300
SLO_GOAL = 0.99
SLO_DAYS = 28

RUN = 'resource.type="cloud_run_revision"'
RUN_METRICS = "run.googleapis.com"
SERVER_ERROR = 'metric.labels.response_code_class="5xx"'


@dataclass(frozen=True)
class Metric:
    """A figure taken from the functions' log entries; ``field`` is None for a plain count."""

    key: str
    name: str
    description: str
    filter: str
    field: str | None = None
    unit: str = "1"
    growth: float = 2.0
    smallest: float = 1.0


@dataclass(frozen=True)
class Threshold:
    """True while a series, or its share of ``denominator``, is above ``limit``."""

    title: str
    series: str
    limit: float
    reducer: str = "REDUCE_SUM"
    denominator: str | None = None


@dataclass(frozen=True)
class Query:
    """True while a PromQL query has an answer."""

    title: str
    promql: str


@dataclass(frozen=True)
class Absence:
    """True when a series has had no point for ``seconds``."""

    title: str
    series: str
    seconds: int


@dataclass(frozen=True)
class Alert:
    """An alert policy: what it says, how urgent it is, and the conditions, one of which is enough."""

    key: str
    title: str
    severity: str
    advice: str
    conditions: tuple[Threshold | Query | Absence, ...]


@dataclass(frozen=True)
class ObservabilityArgs:
    """Arguments of the observability component; the objective is a share over ``slo_days`` days."""

    project: str
    recipients: tuple[str, ...]
    metrics: tuple[Metric, ...]
    alerts: tuple[Alert, ...]
    service_id: str
    service_title: str
    slo_goal: float
    slo_days: int
    slo_bad: str
    slo_total: str
    dashboard: str


def size(charter: Charter) -> ObservabilityArgs:
    """What finance and the adoption owner have to hear of, measured against the charter's own bounds."""
    name = charter.use_case.name
    metrics = _metrics(charter)
    named = {metric.key: metric.name for metric in metrics}
    return ObservabilityArgs(
        project=charter.cloud.project,
        recipients=tuple(dict.fromkeys((charter.money.finops_owner, charter.business.adoption_owner))),
        metrics=metrics,
        alerts=_alerts(charter, named),
        service_id=f"{name}-router",
        service_title=f"{name} {charter.use_case.environment}: cases answered without the fallback",
        slo_goal=SLO_GOAL,
        slo_days=SLO_DAYS,
        slo_bad=_series(named["fallbacks"]),
        slo_total=_series(named["cases"]),
        dashboard=json.dumps(_dashboard(charter, named), sort_keys=True),
    )


def spend_rate(charter: Charter) -> float:
    """Money an hour at which the models alone would use up the monthly limit, in the charter's currency."""
    return int(float(charter.money.monthly_limit) / HOURS_A_MONTH * 100) / 100


def most_tokens(charter: Charter) -> int:
    """The most tokens that one case may use: what each role of its route may read and write."""
    return max((sum(map(_tokens, _limits(route))) for _, route in routes(charter)), default=1)


def _limits(route: Route) -> Iterator[Route | Limits]:
    """The limits of each role; one without its own has the draft's."""
    yield route
    if route.checker is not None:
        yield route.check or route
    if route.formatter is not None:
        yield route.format or route


def _tokens(limits: Route | Limits) -> int:
    return limits.max_input_tokens + limits.max_output_tokens


def _metrics(charter: Charter) -> tuple[Metric, ...]:
    name = charter.use_case.name
    router, guard = _service(f"{name}-router"), _service(f"{name}-spend-guard")
    case = f'{router} AND jsonPayload.event="case"'
    currency = charter.money.currency
    return (
        Metric("cases", f"{name}-cases", "Cases that the router took", case),
        Metric(
            "fallbacks",
            f"{name}-fallbacks",
            "Cases without a model's answer",
            f'{case} AND jsonPayload.outcome="fallback"',
        ),
        Metric("cost", f"{name}-cost", f"What a case cost, in {currency}", case, "cost", currency, smallest=0.00001),
        Metric("tokens", f"{name}-tokens", "Tokens of a case, all models, in and out", case, "tokens", growth=1.2),
        Metric(
            "over-limit",
            f"{name}-over-limit",
            "Budget notifications at or above the monthly limit",
            f'{guard} AND jsonPayload.event="spend" AND severity="CRITICAL"',
        ),
        Metric(
            "heartbeats",
            f"{name}-heartbeats",
            "Heartbeats that found the router ready",
            f'{router} AND jsonPayload.event="probe" AND severity="INFO"',
        ),
        Metric(
            "alarms",
            f"{name}-alarms",
            "What the ledger alarms a person with",
            f'{router} AND jsonPayload.event="alarm"',
        ),
    )


def _service(name: str) -> str:
    return f'{RUN} AND resource.labels.service_name="{name}" AND log_id("run.googleapis.com/stdout")'


def _alerts(charter: Charter, named: dict[str, str]) -> tuple[Alert, ...]:
    name, currency = charter.use_case.name, charter.money.currency
    router = f'{RUN} AND resource.labels.service_name="{name}-router"'
    rate = spend_rate(charter)
    wait = longest_wait(charter)
    tokens = int(most_tokens(charter) * TOKEN_SHARE)
    return (
        Alert(
            "spend-rate",
            f"{name}: models cost more than {rate:g} {currency} an hour",
            "WARNING",
            "At this rate the monthly limit goes to models alone. Look for a caller that sends more, or longer, cases.",
            (Query("spend rate", f"sum(increase({_prometheus(named['cost'])}_sum[1h])) > {rate:g}"),),
        ),
        Alert(
            "spend-limit",
            f"{name}: spend has reached the monthly limit",
            "CRITICAL",
            "The router calls no model; each case goes to the fallback. Deployed models go on costing money.",
            (Threshold("limit reached", _series(named["over-limit"]), 0),),
        ),
        Alert(
            "errors",
            f"{name}: cases fall back, or are not answered at all",
            "ERROR",
            "The log entries' cause says why: timeout, busy, blocked, garbage, not-validated, spend-limit.",
            (
                Threshold(
                    "fallbacks",
                    _series(named["fallbacks"]),
                    FALLBACK_SHARE,
                    denominator=_series(named["cases"]),
                ),
                Threshold(
                    "server errors",
                    f'{router} AND metric.type="{RUN_METRICS}/request_count" AND {SERVER_ERROR}',
                    0,
                ),
            ),
        ),
        Alert(
            "latency",
            f"{name}: the slowest hundredth waits longer than {wait} s",
            "WARNING",
            "The router waits for a model longer than its route allows. See Vertex AI's quota and the replicas' load.",
            (Threshold("latency p99", _latency(router), wait * 1000, "REDUCE_PERCENTILE_99"),),
        ),
        Alert(
            "tokens",
            f"{name}: the longest hundredth of cases uses more than {tokens} tokens",
            "WARNING",
            "Cases are about to be cut off, and cost what the charter did not count on. See what the callers send.",
            (Threshold("tokens p99", _series(named["tokens"]), tokens, "REDUCE_PERCENTILE_99"),),
        ),
        Alert(
            "ledger",
            f"{name}: the ledger raises an alarm",
            "ERROR",
            "The entry's cause says which: overrun, accounting, given-up, fenced, journal, store. See docs/ledger.md.",
            (Threshold("alarms", _series(named["alarms"]), 0),),
        ),
        Alert(
            "silence",
            f"{name}: the router is not ready, or nobody asks it",
            "ERROR",
            "No heartbeat found the router ready. See the scheduler's job, the router's log and the spend record.",
            (Absence("heartbeat", _series(named["heartbeats"]), SILENCE_SECONDS),),
        ),
    )


def _series(metric: str) -> str:
    return f'{RUN} AND metric.type="logging.googleapis.com/user/{metric}"'


def _prometheus(metric: str) -> str:
    """The metric as PromQL names it (Google Cloud, "PromQL for Cloud Monitoring metrics")."""
    return f"logging_googleapis_com:user_{re.sub(r'[^a-zA-Z0-9]', '_', metric)}"


def _latency(router: str) -> str:
    return f'{router} AND metric.type="{RUN_METRICS}/request_latencies"'


def _dashboard(charter: Charter, named: dict[str, str]) -> dict[str, Any]:
    """Google Cloud, Monitoring API v1, Dashboard: four charts, two a row."""
    router = f'{RUN} AND resource.labels.service_name="{charter.use_case.name}-router"'
    cost = f"sum(increase({_prometheus(named['cost'])}_sum[1h]))"
    charts = (
        (f"Models, {charter.money.currency} an hour", [{"prometheusQuery": cost}]),
        ("Cases, and those that fell back", [_counted(named["cases"]), _counted(named["fallbacks"])]),
        ("Latency, slowest hundredth, ms", [_percentile(_latency(router))]),
        ("Tokens of a case, longest hundredth", [_percentile(_series(named["tokens"]))]),
    )
    tiles = [
        {
            # Google does not send a zero back, and the provider would see a difference for ever.
            **({"xPos": 24} if number % 2 else {}),
            **({"yPos": 16 * (number // 2)} if number // 2 else {}),
            "width": 24,
            "height": 16,
            "widget": {
                "title": title,
                "xyChart": {"dataSets": [{"plotType": "LINE", "timeSeriesQuery": query} for query in queries]},
            },
        }
        for number, (title, queries) in enumerate(charts)
    ]
    title = f"{charter.use_case.name} {charter.use_case.environment}"
    return {"displayName": title, "mosaicLayout": {"columns": 48, "tiles": tiles}}


def _counted(metric: str) -> dict[str, Any]:
    return _query(_series(metric), "REDUCE_SUM")


def _percentile(series: str) -> dict[str, Any]:
    return _query(series, "REDUCE_PERCENTILE_99")


def _query(series: str, reducer: str) -> dict[str, Any]:
    aggregation = {
        "alignmentPeriod": f"{WINDOW_SECONDS}s",
        "perSeriesAligner": "ALIGN_DELTA",
        "crossSeriesReducer": reducer,
    }
    return {"timeSeriesFilter": {"filter": series, "aggregation": aggregation}}
