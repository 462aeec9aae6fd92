package lockgate.rules.observability.obs_005_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_005

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_005.findings) with input as fixture.plan(resources)
}

_with(key, value) := _judged(watched.set_in("many-tokens", sprintf("/conditions/0/conditionThreshold/%s", [key]), value))

test_passes_below_the_bound if _judged(watched.stack) == {["", "pass"]}

test_fails_without_an_alert if _judged(watched.without("many-tokens")) == {["", "fail"]}

test_fails_without_the_metric if _judged(watched.without("tokens")) == {["", "fail"]}

test_fails_above_the_bound if _with("thresholdValue", 17601) == {["", "fail"]}

test_counts_each_role_by_its_own_limits if {
	own := {"check": {"max_input_tokens": 4000, "max_output_tokens": 100}, "formatter": "gemini-3.8-flash"}
	charter := fixture.chartered({"routing": {"medium": own}})
	at := watched.set_in("many-tokens", "/conditions/0/conditionThreshold/thresholdValue", 21700)
	above := watched.set_in("many-tokens", "/conditions/0/conditionThreshold/thresholdValue", 21701)
	passes := fixture.statuses(obs_005.findings) with input as fixture.judged(at, charter)
	passes == {["", "pass"]}
	fails := fixture.statuses(obs_005.findings) with input as fixture.judged(above, charter)
	fails == {["", "fail"]}
}

test_fails_for_an_average if _with("aggregations/0/crossSeriesReducer", "REDUCE_MEAN") == {["", "fail"]}

test_undetermined_when_the_filter_is_unknown if _with("filter", fixture.unknown) == {["", "undetermined"]}
