package lockgate.rules.routing.rou_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.routing.rou_002

_chartered(overrides) := statuses if {
	statuses := fixture.statuses(rou_002.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_when_a_person_decides if _chartered({}) == {["", "pass"]}

test_passes_without_a_high_tier if _chartered({"risk": {"high": null}, "routing": {"high": null}}) == {["", "pass"]}

test_fails_when_a_model_validates if _chartered({"routing": {"high": {"action": "validate"}}}) == {["", "fail"]}

test_fails_when_nobody_decides if _chartered({"routing": {"high": {"action": "automatic"}}}) == {["", "fail"]}

test_fails_without_a_route if _chartered({"routing": {"high": null}}) == {["", "fail"]}
