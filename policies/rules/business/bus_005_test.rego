package lockgate.rules.business.bus_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.business.bus_005

_judged(overrides) := statuses if {
	statuses := fixture.statuses(bus_005.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_worth(value_per_unit, per) := {"business": {"kpi": {"value_per_unit": value_per_unit, "per": per}}}

test_passes_for_each_case if _judged({}) == {["", "pass"]}

test_fails_when_the_cases_are_few if {
	_judged({"business": {"scaling": {"cases_per_day": 10}}}) == {["", "fail"]}
}

test_passes_for_all_cases_of_a_month if _judged(_worth(375, "month")) == {["", "pass"]}

test_fails_below_the_limit if _judged(_worth(374.9, "month")) == {["", "fail"]}

test_fails_when_a_month_is_counted_as_a_month if _judged(_worth(0.7, "month")) == {["", "fail"]}
