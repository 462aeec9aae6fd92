package lockgate.rules.routing.rou_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.routing.rou_001

_chartered(overrides) := statuses if {
	statuses := fixture.statuses(rou_001.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_when_each_tier_has_a_route if _chartered({}) == {["", "pass"]}

test_passes_without_a_route_for_a_tier_that_does_not_occur if {
	_chartered({"risk": {"high": null}, "routing": {"high": null}}) == {["", "pass"]}
}

test_fails_when_a_tier_has_no_route if _chartered({"routing": {"medium": null}}) == {["", "fail"]}

test_fails_without_a_fallback if _chartered({"routing": {"fallback": null}}) == {["", "fail"]}
