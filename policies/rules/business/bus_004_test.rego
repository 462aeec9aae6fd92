package lockgate.rules.business.bus_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.business.bus_004

_judged(overrides) := statuses if {
	statuses := fixture.statuses(bus_004.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_by(date) := {"business": {"kpi": {"review_by": date}}}

test_passes_when_it_lies_ahead if _judged({}) == {["", "pass"]}

test_passes_on_the_day if _judged(_by("2026-11-22")) == {["", "pass"]}

test_passes_in_a_year if _judged(_by("2027-11-23")) == {["", "pass"]}

test_fails_when_it_has_passed if _judged(_by("2026-11-21")) == {["", "fail"]}

test_fails_when_it_is_put_off if _judged(_by("2027-11-24")) == {["", "fail"]}
