"""The router as the bench serves it answers at both doors, and every answer came from the upstream."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.router import payload, rounds, servers
from benchmarks.router.rounds import InvalidError, Target

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux' /proc")


@pytest.mark.slow
def test_the_router_is_served_as_it_is_measured(tmp_path: Path) -> None:
    with servers.upstream() as upstream:
        launch = servers.lockgate(f"http://127.0.0.1:{upstream.launch.port}", tmp_path / "archive")
        with servers.started(launch, tmp_path / "log") as server:
            chat = rounds.turn(Target("chat", server, payload.chat()), upstream, requests=128)
            case = rounds.turn(Target("case", server, payload.case(), "/v1/cases"), upstream, requests=128)
    assert (chat.told.answers, case.told.answers) == (128, 128)


@pytest.mark.slow
def test_an_answer_that_the_upstream_did_not_give_is_invalid(tmp_path: Path) -> None:
    with servers.upstream() as upstream, servers.upstream() as other:
        launch = servers.bare(f"http://127.0.0.1:{other.launch.port}")
        with (
            servers.started(launch, tmp_path / "log") as server,
            pytest.raises(InvalidError, match="10 answers, but the upstream was asked 0 times"),
        ):
            rounds.turn(Target("bare", server, payload.chat()), upstream, requests=10)
