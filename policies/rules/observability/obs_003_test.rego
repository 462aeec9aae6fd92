package lockgate.rules.observability.obs_003_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_003

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_003.findings) with input as fixture.plan(resources)
}

_with(key, value) := _judged(watched.set_in("errors", sprintf("/conditions/0/conditionThreshold/%s", [key]), value))

test_passes_when_told if _judged(watched.stack) == {["", "pass"]}

test_fails_without_an_alert if _judged(watched.without("errors")) == {["", "fail"]}

test_fails_when_many_may_fall_back if _with("thresholdValue", 0.5) == {["", "pass"], ["", "fail"]}

test_fails_for_a_count if {
	plan := watched.unset_in("errors", "/conditions/0/conditionThreshold/denominatorFilter")
	_judged(plan) == {["", "pass"], ["", "fail"]}
}

test_fails_for_a_share_of_something_else if {
	_with("denominatorFilter", watched.series("tokens")) == {["", "pass"], ["", "fail"]}
}

test_fails_when_errors_are_not_watched if {
	_judged(watched.unset_in("errors", "/conditions/1")) == {["", "pass"], ["", "fail"]}
}

test_fails_when_some_errors_may_pass if {
	plan := watched.set_in("errors", "/conditions/1/conditionThreshold/thresholdValue", 100)
	_judged(plan) == {["", "pass"], ["", "fail"]}
}

test_undetermined_when_the_denominator_is_unknown if {
	_with("denominatorFilter", fixture.unknown) == {["", "pass"], ["", "undetermined"]}
}

test_undetermined_when_the_conditions_are_unknown if {
	_judged(watched.set_in("errors", "/conditions", fixture.unknown)) == {["", "undetermined"]}
}
