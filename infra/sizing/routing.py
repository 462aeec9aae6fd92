"""What the routing component needs: the routes compiled from the charter, and the bounds of the functions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.sizing import archive, endpoint
from infra.sizing.names import account_email, account_member
from infra.sizing.prices import TokenPrice
from lockgate.charter.model import Charter, routes

FORMAT = "lockgate.routes/1"
RUNTIME = "python313"
# Beyond the models: a token, the spend record, and the answer itself.
MARGIN_SECONDS = 15
GUARD_SECONDS = 60
GUARD_MEMORY_MIB = 256
# The scheduler's shortest step that still leaves the alert on silence several beats to miss.
HEARTBEAT = "*/5 * * * *"


@dataclass(frozen=True)
class FunctionArgs:
    """One function: its account, its bounds, and its environment as far as it is known before the deployment."""

    name: str
    entry_point: str
    description: str
    account: str
    max_instances: int
    concurrency: int
    memory_mib: int
    cpus: int
    timeout_seconds: int
    environment: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RoutingArgs:
    """Arguments of the routing component.

    ``files`` are the archive's files by name, ``routes`` the text of its routes.json, ``digest`` of both. ``callers``
    are IAM members that may call the router; ``invoker`` is the account of the scheduler and of the budget's trigger.
    ``deployed`` maps a model's id to the key of its deployment.
    """

    project: str
    location: str
    runtime: str
    build_account: str
    files: Mapping[str, Path]
    routes: str
    digest: str
    source_bucket: str
    state_bucket: str
    repository: str
    router: FunctionArgs
    guard: FunctionArgs
    router_member: str
    guard_member: str
    callers: tuple[str, ...]
    invoker: str
    invoker_account: str
    heartbeat: str
    heartbeat_name: str
    deployed: Mapping[str, str]


def size(charter: Charter, *, prices: Mapping[str, TokenPrice], files: Mapping[str, Path] | None = None) -> RoutingArgs:
    """The functions of the charter's routing, with no more instances, requests and time than it counts on."""
    name, cloud, bounds = charter.use_case.name, charter.cloud, charter.capacity.router
    held = files if files is not None else archive.files()
    compiled = json.dumps(compile_routes(charter, prices), indent=1, sort_keys=True) + "\n"
    contents = {path: file.read_bytes() for path, file in held.items()}
    state = bucket(charter, "state")
    environment = (("ROUTES", judged(charter)), ("STATE_BUCKET", state))
    return RoutingArgs(
        project=cloud.project,
        location=cloud.region,
        runtime=RUNTIME,
        build_account=f"projects/{cloud.project}/serviceAccounts/{account_email(charter, 'build')}",
        files=held,
        routes=compiled,
        digest=archive.digest({**contents, "routes.json": compiled.encode()}),
        source_bucket=bucket(charter, "source"),
        state_bucket=state,
        repository=f"{name}-functions",
        router=FunctionArgs(
            name=f"{name}-router",
            entry_point="router",
            description="Takes each case the way of its risk tier.",
            account=account_email(charter, "router"),
            max_instances=bounds.max_instances,
            concurrency=bounds.concurrency,
            memory_mib=bounds.memory_mib,
            cpus=cpus(bounds.memory_mib),
            timeout_seconds=longest_wait(charter) + MARGIN_SECONDS,
            environment=environment,
        ),
        guard=FunctionArgs(
            name=f"{name}-spend-guard",
            entry_point="spend_guard",
            description="Hears the budget, and stops the router at the charter's limit.",
            account=account_email(charter, "spend-guard"),
            max_instances=1,
            concurrency=1,
            memory_mib=GUARD_MEMORY_MIB,
            cpus=cpus(GUARD_MEMORY_MIB),
            timeout_seconds=GUARD_SECONDS,
            environment=environment,
        ),
        router_member=account_member(charter, "router"),
        guard_member=account_member(charter, "spend-guard"),
        callers=tuple(charter.routing.callers),
        invoker=account_member(charter, "invoker"),
        invoker_account=account_email(charter, "invoker"),
        heartbeat=HEARTBEAT,
        heartbeat_name=f"{name}-heartbeat",
        deployed=_deployed(charter),
    )


def bucket(charter: Charter, purpose: str) -> str:
    """The name of a bucket; the project's number makes it unique in all of Cloud Storage, within its 63 characters."""
    return f"{charter.use_case.name}-{charter.cloud.project_number}-{purpose}"


def cpus(memory_mib: int) -> int:
    """The fewest CPUs that carry the memory, 4 GiB each (Google Cloud, "Configure memory limits" of Cloud Run, 2026).

    Never a part of one: more than one request at once needs a whole CPU.
    """
    return next(count for count in (1, 2, 4, 8) if memory_mib <= count * 4096)


def longest_wait(charter: Charter) -> int:
    """Seconds in which the slowest route has its answer or its fallback: one wait for each model that it asks."""
    return max((route.timeout_seconds * (2 if route.checker else 1) for _, route in routes(charter)), default=1)


def judged(charter: Charter) -> str:
    """The routes as the plan shows them: the router does not start where its routes.json differs from them."""
    return json.dumps({**_tiers(charter), "fallback": _fallback(charter)}, sort_keys=True)


def compile_routes(charter: Charter, prices: Mapping[str, TokenPrice]) -> dict[str, Any]:
    """The document of ``routes.json``: all that the functions know of the charter. Prices are in its currency."""
    money = charter.money
    rate = float(money.exchange.usd_rate)
    used = {model for _, route in routes(charter) for model in (route.model, route.checker) if model}

    def price(model: str) -> dict[str, float] | None:
        known = prices.get(model)
        return {"input": known.input * rate, "output": known.output * rate} if known else None

    return {
        "format": FORMAT,
        "use_case": charter.use_case.name,
        "summary": charter.use_case.summary,
        "project": charter.cloud.project,
        "region": charter.cloud.region,
        "currency": money.currency,
        "monthly_limit": float(money.monthly_limit),
        "masked_fields": sorted(charter.data.masked_fields),
        "models": {
            model.id: {
                "publisher": model.publisher,
                "hosting": model.hosting,
                "price": price(model.id) if model.hosting == "managed" else None,
            }
            for model in charter.models
            if model.id in used
        },
        "tiers": _tiers(charter),
        "fallback": _fallback(charter),
    }


def _tiers(charter: Charter) -> dict[str, dict[str, Any]]:
    return {tier: route.model_dump(mode="json") for tier, route in routes(charter)}


def _fallback(charter: Charter) -> dict[str, Any]:
    return charter.routing.fallback.model_dump(mode="json")


def _deployed(charter: Charter) -> dict[str, str]:
    wanted = endpoint.size(charter)
    return (
        {deployment.model.split("/models/")[1]: deployment.key for deployment in wanted.deployments} if wanted else {}
    )
