package lockgate.rules.observability.obs_002_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_002

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_002.findings) with input as fixture.plan(resources)
}

_with(key, value) := _judged(watched.set_in("spend-limit", sprintf("/conditions/0/conditionThreshold/%s", [key]), value))

test_passes_when_told if _judged(watched.stack) == {["", "pass"]}

test_passes_when_one_series_is_enough if _with("trigger", {"count": 1}) == {["", "pass"]}

test_fails_without_an_alert if _judged(watched.without("spend-limit")) == {["", "fail"]}

test_fails_without_the_metric if _judged(watched.without("over-limit")) == {["", "fail"]}

test_fails_above_zero if _with("thresholdValue", 3) == {["", "fail"]}

test_fails_without_a_threshold if {
	_judged(watched.unset_in("spend-limit", "/conditions/0/conditionThreshold/thresholdValue")) == {["", "fail"]}
}

test_fails_for_the_other_comparison if _with("comparison", "COMPARISON_LT") == {["", "fail"]}

test_fails_when_many_series_have_to_agree if _with("trigger", {"count": 9}) == {["", "fail"]}

test_fails_for_a_share_of_the_series if _with("trigger", {"percent": 90}) == {["", "fail"]}

test_fails_when_it_waits if _with("duration", "3600s") == {["", "fail"]}

test_fails_over_a_long_window if {
	_with("aggregations/0/alignmentPeriod", "86400s") == {["", "fail"]}
}

test_fails_for_the_least if _with("aggregations/0/crossSeriesReducer", "REDUCE_MIN") == {["", "fail"]}

test_fails_for_the_least_of_a_series if _with("aggregations/0/perSeriesAligner", "ALIGN_MIN") == {["", "fail"]}

test_fails_without_an_aggregation if _with("aggregations", []) == {["", "fail"]}

test_fails_for_a_match_in_the_log if {
	conditions := [{"conditionMatchedLog": {"filter": watched.series("over-limit")}}]
	_judged(watched.set_in("spend-limit", "/conditions", conditions)) == {["", "fail"]}
}

test_undetermined_when_the_trigger_is_unknown if _with("trigger", fixture.unknown) == {["", "undetermined"]}

test_undetermined_when_the_conditions_are_unknown if {
	_judged(watched.set_in("spend-limit", "/conditions", fixture.unknown)) == {["", "undetermined"]}
}

test_fails_for_a_query_in_sql if {
	_judged(watched.set_in("spend-limit", "/conditions", [{"conditionSql": {"query": "SELECT 1"}}])) == {["", "fail"]}
}

test_passes_without_a_reducer if {
	path := "/conditions/0/conditionThreshold/aggregations/0/crossSeriesReducer"
	_judged(watched.unset_in("spend-limit", path)) == {["", "pass"]}
}
