"""The router as the bench serves it answers at both doors, and every answer came from the upstream."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.router import payload, rounds, servers
from benchmarks.router.load import Told
from benchmarks.router.rounds import InvalidError, Round, Rounds, Target

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux' /proc")


def test_a_ratio_is_of_what_was_measured_side_by_side() -> None:
    def seen(*microseconds: float) -> Rounds:
        told = Told(1, 0, "", 1.0, 1.0, 1.0, 1.0, 1.0, 1)
        return Rounds("x", [Round(told, one, 1.0, 0.0) for one in microseconds])

    # The machine is twice as slow in the second half of the run, and was busy with something else in one turn.
    peer, ours = seen(100, 100, 200, 200, 200), seen(200, 200, 400, 1000, 400)
    assert peer.of(ours, lambda one: one.microseconds) == 0.5


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
