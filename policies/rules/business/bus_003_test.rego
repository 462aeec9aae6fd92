package lockgate.rules.business.bus_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.business.bus_003

_judged(overrides) := statuses if {
	statuses := fixture.statuses(bus_003.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_to(baseline, target) := {"business": {"kpi": {"baseline": baseline, "target": target}}}

test_passes_with_less if _judged(_to(38, 22)) == {["", "pass"]}

test_passes_with_more if _judged(_to(60, 80)) == {["", "pass"]}

test_passes_from_nothing if _judged(_to(0, 1)) == {["", "pass"]}

test_fails_when_nothing_is_promised if {
	_judged(_to(38, 38)) == {["", "fail"]}
	_judged(_to(0, 0)) == {["", "fail"]}
}

test_fails_when_next_to_nothing_is_promised if _judged(_to(38, 37.9)) == {["", "fail"]}
