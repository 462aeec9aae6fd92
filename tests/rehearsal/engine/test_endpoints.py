"""The provider's custom endpoints: each is of the form that the provider accepts, and leads to a service."""

from __future__ import annotations

import re

from emulator.discovery.document import LABELS
from lockgate.rehearsal.engine import endpoints


def test_each_address_is_of_the_form_that_the_provider_accepts() -> None:
    for name, address in endpoints.environment("http://127.0.0.1:8080/").items():
        if name.endswith("_CUSTOM_ENDPOINT"):
            assert re.fullmatch(r"http://127\.0\.0\.1:8080/.*[^/]+/", address), name
            assert "//" not in address.removeprefix("http://")


def test_each_path_begins_with_a_service_of_the_emulator() -> None:
    assert {path.partition("/")[0] for path in endpoints.PATHS.values()} <= set(LABELS)
