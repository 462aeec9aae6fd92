"""Names that Google accepts for any use case, and the workloads with their permissions."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from infra.sizing.identity import size
from lockgate.charter.load import load
from lockgate.charter.model import Charter

ROOT = Path(__file__).parents[3]
CHARTER = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")
SLUGS = st.from_regex(r"[a-z][a-z0-9-]{1,28}[a-z0-9]", fullmatch=True)


def called(name: str) -> Charter:
    return CHARTER.model_copy(update={"use_case": CHARTER.use_case.model_copy(update={"name": name})})


@given(SLUGS)
def test_google_accepts_the_name_of_each_account_and_role(name: str) -> None:
    workloads = size(called(name)).workloads
    for workload in workloads:
        assert re.fullmatch(r"[a-z][a-z0-9-]{4,28}[a-z0-9]", workload.account)
        assert workload.role is None or re.fullmatch(r"[A-Za-z0-9_.]{3,64}", workload.role.id)
    assert len({workload.account for workload in workloads}) == len(workloads)


def test_a_role_holds_each_permission_once_and_in_order() -> None:
    roles = [workload.role for workload in size(CHARTER).workloads if workload.role]
    assert [role.title for role in roles] == ["claims-triage router", "claims-triage build"]
    for role in roles:
        assert list(role.permissions) == sorted(set(role.permissions))


def test_who_only_calls_has_no_role_in_the_project() -> None:
    roles = {workload.name: workload.role for workload in size(CHARTER).workloads}
    assert roles["invoker"] is None
    assert roles["spend-guard"] is None


def test_a_binding_spells_the_role_and_the_account_in_full() -> None:
    router = next(workload for workload in size(CHARTER).workloads if workload.name == "router")
    assert router.role is not None
    assert router.role.name == "projects/example-claims-prod/roles/claims_triage_router"
    assert router.member == "serviceAccount:claims-triage-router@example-claims-prod.iam.gserviceaccount.com"
