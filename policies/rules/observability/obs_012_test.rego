package lockgate.rules.observability.obs_012_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_012

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_012.findings) with input as fixture.plan(resources)
}

_with(path, value) := _judged(watched.set_in("slo", path, value))

test_passes_with_an_objective if _judged(watched.stack) == {["", "pass"]}

test_passes_over_a_calendar_month if {
	plan := watched.patched("slo", [
		{"op": "remove", "path": "/rollingPeriodDays"},
		{"op": "add", "path": "/calendarPeriod", "value": "MONTH"},
	])
	_judged(plan) == {["", "pass"]}
}

test_passes_by_reference if {
	slo := fixture.taking(json.patch(watched.slo, [{"op": "replace", "path": "/inputs/service", "value": fixture.unknown}]), "service", watched.service)
	_judged(array.concat(watched.without("slo"), [slo])) == {["", "pass"]}
}

test_fails_without_an_objective if _judged(watched.without("slo")) == {["", "fail"]}

test_fails_without_its_service if _judged(watched.without("service")) == {["", "fail"]}

test_fails_for_a_low_goal if _with("/goal", 0.5) == {["", "fail"]}

test_fails_over_a_long_time if _with("/rollingPeriodDays", 90) == {["", "fail"]}

test_fails_about_something_else if {
	_with("/requestBasedSli/goodTotalRatio/badServiceFilter", watched.series("tokens")) == {["", "fail"]}
}

test_undetermined_when_the_goal_is_unknown if _with("/goal", fixture.unknown) == {["", "undetermined"]}

test_undetermined_when_the_service_is_unknown if _with("/service", fixture.unknown) == {["", "undetermined"]}
