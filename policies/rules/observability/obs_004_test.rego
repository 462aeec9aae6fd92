package lockgate.rules.observability.obs_004_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_004

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_004.findings) with input as fixture.plan(resources)
}

_with(key, value) := _judged(watched.set_in("latency", sprintf("/conditions/0/conditionThreshold/%s", [key]), value))

test_passes_at_the_longest_wait if _judged(watched.stack) == {["", "pass"]}

test_passes_for_a_query if {
	query := "histogram_quantile(0.99, sum by (le) (increase(run_googleapis_com:request_latencies_bucket[5m]))) > 40000"
	text := concat("", ["run.googleapis.com/request_latencies ", query])
	_judged(watched.set_in("latency", "/conditions", [watched.query(text)])) == {["", "pass"]}
}

test_fails_without_an_alert if _judged(watched.without("latency")) == {["", "fail"]}

test_fails_above_the_longest_wait if _with("thresholdValue", 40001) == {["", "fail"]}

test_fails_for_an_average if _with("aggregations/0/crossSeriesReducer", "REDUCE_MEAN") == {["", "fail"]}

test_undetermined_when_the_limit_is_unknown if _with("thresholdValue", fixture.unknown) == {["", "undetermined"]}

test_undetermined_when_the_conditions_are_unknown if {
	_judged(watched.set_in("latency", "/conditions", fixture.unknown)) == {["", "undetermined"]}
}

test_undetermined_when_the_reducer_is_unknown if {
	_with("aggregations/0/crossSeriesReducer", fixture.unknown) == {["", "undetermined"]}
}
