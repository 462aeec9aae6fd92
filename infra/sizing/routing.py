"""What the routing component needs: what is compiled from the charter, and the bounds of the functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.sizing import archive, endpoint, ledger, routes
from infra.sizing.names import account_email, account_member
from infra.sizing.prices import book
from lockgate.charter.model import Charter
from lockgate.charter.model import routes as tiers
from lockgate.charter.routing import Route

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

    ``files`` are the archive's files by name, ``compiled`` the texts of its routes.json and prices.json, ``digest`` of
    all of them. ``callers`` are IAM members that may call the router, ``operators`` those that may pause it;
    ``invoker`` is the account of the scheduler and of the budget's trigger. ``deployed`` maps a model's id to the key
    of its deployment.
    """

    project: str
    location: str
    runtime: str
    build_account: str
    files: Mapping[str, Path]
    compiled: Mapping[str, str]
    digest: str
    source_bucket: str
    state_bucket: str
    switch_bucket: str
    repository: str
    router: FunctionArgs
    guard: FunctionArgs
    router_member: str
    guard_member: str
    callers: tuple[str, ...]
    operators: tuple[str, ...]
    invoker: str
    invoker_account: str
    heartbeat: str
    heartbeat_name: str
    deployed: Mapping[str, str]


def size(
    charter: Charter, *, prices: Iterable[Mapping[str, Any]], files: Mapping[str, Path] | None = None
) -> RoutingArgs:
    """The functions of the charter's routing, with no more instances, requests and time than it counts on.

    ``prices`` are the rows of the price list, ``files`` those of the archive where they are not the repository's.
    """
    name, cloud, bounds = charter.use_case.name, charter.cloud, charter.capacity.router
    held = files if files is not None else archive.files()
    compiled = _compiled(charter, prices)
    state, switch = bucket(charter, "state"), bucket(charter, "switch")
    judged = (
        ("ROUTES", routes.judged(charter)),
        ("TABLE_SHA256", routes.digest(compiled["routes.json"])),
        ("STATE_BUCKET", state),
    )
    return RoutingArgs(
        project=cloud.project,
        location=cloud.region,
        runtime=RUNTIME,
        build_account=f"projects/{cloud.project}/serviceAccounts/{account_email(charter, 'build')}",
        files=held,
        compiled=compiled,
        digest=archive.digest(archive.contents(held, compiled)),
        source_bucket=bucket(charter, "source"),
        state_bucket=state,
        switch_bucket=switch,
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
            environment=(
                *judged,
                ("SWITCH_BUCKET", switch),
                ("LEDGER_DATABASE", ledger.DATABASE),
                ("LEDGER_USER", ledger.login(charter, "router")),
            ),
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
            environment=judged,
        ),
        router_member=account_member(charter, "router"),
        guard_member=account_member(charter, "spend-guard"),
        callers=tuple(charter.routing.callers),
        operators=tuple(charter.routing.operators),
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
    """Seconds in which the slowest route has its answer or its fallback: one wait for each role that it fills."""
    return max((route.timeout_seconds * _roles(route) for _, route in tiers(charter)), default=1)


def _roles(route: Route) -> int:
    return sum(1 for model in (route.model, route.checker, route.formatter) if model is not None)


def _compiled(charter: Charter, prices: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The documents that the functions read beside main.py: all that they know of the charter, and the price book."""
    return {
        "routes.json": routes.render(charter),
        "prices.json": book(charter, prices),
    }


def _deployed(charter: Charter) -> dict[str, str]:
    wanted = endpoint.size(charter)
    return (
        {deployment.model.split("/models/")[1]: deployment.key for deployment in wanted.deployments} if wanted else {}
    )
