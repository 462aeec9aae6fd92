"""The audit against deployed stacks: nothing where nothing has drifted, and each kind of drift where it was seeded."""

from __future__ import annotations

import pytest

from tests.audit.conftest import STACKS, Deployed
from tests.audit.drifts import DRIFTS


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_found_where_nothing_has_drifted(deployments: dict[str, Deployed], stack: str) -> None:
    deployed = deployments[stack]
    seen = deployed.see()
    assert seen.drift == []
    assert seen.unread == []
    assert seen.compared == seen.resources > 130
    assert seen.live == deployed.plan


@pytest.mark.parametrize("kind", DRIFTS)
def test_each_kind_of_drift_is_found_and_named(deployed: Deployed, kind: str) -> None:
    seeded = DRIFTS[kind]
    seeded.make(deployed.google)
    seen = deployed.see()
    found = [one for one in seen.drift if one.what == seeded.what and one.type.endswith(f":{seeded.type}")]
    if seeded.what == "extra":
        found = [one for one in found if one.name.endswith(seeded.name)]
    else:
        found = [one for one in found if one.urn == deployed.urn(seeded.type, seeded.name)]
        found = [one for one in found if seeded.field is None or (one.field or "").startswith(seeded.field)]
    assert found, [(one.what, one.type, one.name, one.field, one.message) for one in seen.drift]
    others = [one for one in seen.drift if one not in found and one.urn != (found[0].urn or "")]
    related = {"a recipient's channel deleted", "an API disabled", "a bucket that is public", "a model undeployed",
               "a network let into the database", "backups off"}  # fmt: skip
    assert not others or kind in related, [(one.what, one.type, one.name, one.field, one.message) for one in others]
    assert found[0].fixed_by.startswith("roles/")
    # Only of a key's version and its state the provider's inputs know nothing.
    assert (seen.live == deployed.plan) == (kind == "a key's version disabled")
