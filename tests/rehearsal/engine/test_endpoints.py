"""The provider's custom endpoints: each is of the form that the provider accepts, and leads to methods of a service."""

from __future__ import annotations

import re

import pytest

from emulator.discovery import document
from lockgate.rehearsal.engine import endpoints


def test_each_address_is_of_the_form_that_the_provider_accepts() -> None:
    for name, address in endpoints.environment("http://127.0.0.1:8080/").items():
        if name.endswith("_CUSTOM_ENDPOINT"):
            assert re.fullmatch(r"http://127\.0\.0\.1:8080/.*[^/]+/", address), name
            assert "//" not in address.removeprefix("http://")


@pytest.mark.parametrize("name", endpoints.PATHS)
def test_each_path_leads_to_methods_that_the_emulator_has(name: str) -> None:
    label, _, below = endpoints.PATHS[name].partition("/")
    version = below.rpartition("/")[2]
    served = [version] if version else document.versions(label)
    paths = [
        (api.service_path + method.path).removeprefix("dns/")  # see the comment in PATHS
        for api, _ in (document.api(label, one) for one in served)
        for method in api.methods.values()
    ]
    assert any(path.startswith(f"{below}/" if below else "v") for path in paths), paths[:3]
