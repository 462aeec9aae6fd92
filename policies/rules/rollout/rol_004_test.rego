package lockgate.rules.rollout.rol_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.rollout.rol_004

_judged(overrides) := statuses if {
	statuses := fixture.statuses(rol_004.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_pilot(date) := {"rollout": {"stage": "pilot"}, "business": {"kpi": {"review_by": date}}}

test_passes_when_it_ends if _judged(_pilot("2027-06-23")) == {["", "pass"]}

test_fails_when_it_does_not if _judged(_pilot("2027-06-24")) == {["", "fail"]}

test_passes_at_another_stage if _judged({"business": {"kpi": {"review_by": "2027-10-01"}}}) == {["", "pass"]}
