package lockgate.rules.finance.fin_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_003

_judged(filter) := statuses if {
	budget := fixture.budget({"budgetFilter": filter})
	statuses := fixture.statuses(fin_003.findings) with input as fixture.plan([budget])
}

test_passes_by_the_month if _judged({"calendarPeriod": "MONTH"}) == {["b", "pass"]}

test_passes_by_default if _judged({}) == {["b", "pass"]}

test_fails_by_the_quarter if _judged({"calendarPeriod": "QUARTER"}) == {["b", "fail"]}

test_fails_in_a_custom_period if {
	_judged({"customPeriod": {"startDate": {"year": 2026, "month": 1, "day": 1}}}) == {["b", "fail"]}
}

test_undetermined_when_the_period_is_unknown if _judged({"calendarPeriod": fixture.unknown}) == {["b", "undetermined"]}

test_undetermined_when_a_custom_period_is_unknown if _judged({"customPeriod": fixture.unknown}) == {["b", "undetermined"]}
