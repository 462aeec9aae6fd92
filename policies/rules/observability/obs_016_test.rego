package lockgate.rules.observability.obs_016_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_016

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_016.findings) with input as fixture.plan(resources)
}

_with(key, value) := _judged(watched.set_in("ledger", sprintf("/conditions/0/conditionThreshold/%s", [key]), value))

test_passes_when_told if _judged(watched.stack) == {["", "pass"]}

test_fails_without_an_alert if _judged(watched.without("ledger")) == {["", "fail"]}

test_fails_without_the_metric if _judged(watched.without("alarms")) == {["", "fail"]}

test_fails_when_disabled if _judged(watched.set_in("ledger", "/enabled", false)) == {["", "fail"]}

test_fails_above_zero if _with("thresholdValue", 3) == {["", "fail"]}

test_fails_when_it_waits if _with("duration", "3600s") == {["", "fail"]}

test_fails_for_the_least if _with("aggregations/0/crossSeriesReducer", "REDUCE_MIN") == {["", "fail"]}

test_fails_for_alarms_of_something_else if {
	filter := `resource.labels.service_name="router" AND jsonPayload.event="case"`
	_judged(watched.set_in("alarms", "/filter", filter)) == {["", "fail"]}
}

test_undetermined_when_the_conditions_are_unknown if {
	_judged(watched.set_in("ledger", "/conditions", fixture.unknown)) == {["", "undetermined"]}
}
