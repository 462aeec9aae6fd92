"""A router that the tests of one module share, with a stand-in that is scripted anew for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from proposals import scripted
from served import Served, serving
from standin import Standin


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, routes: dict[str, Any]) -> Iterator[tuple[Served, Standin]]:
    with Standin() as standin, serving(tmp_path_factory.mktemp("router"), routes, standin) as served:
        yield served, standin


@pytest.fixture
def router(shared: tuple[Served, Standin]) -> tuple[Served, Standin]:
    served, standin = shared
    scripted(standin)
    return served, standin
