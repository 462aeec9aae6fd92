package lockgate.rules.observability.obs_001_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_001

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_001.findings) with input as fixture.plan(resources)
}

_path := "/conditions/0/conditionPrometheusQueryLanguage/query"

_asking(query) := _judged(watched.set_in("spend-rate", _path, query))

test_passes_at_the_limits_rate if _judged(watched.stack) == {["", "pass"]}

test_fails_without_an_alert if _judged(watched.without("spend-rate")) == {["", "fail"]}

test_fails_without_the_metric if _judged(watched.without("cost")) == {["", "fail"]}

test_fails_above_the_rate if {
	_asking("sum(increase(logging_googleapis_com:user_claims_cost_sum[1h])) > 8.3") == {["", "fail"]}
}

test_fails_without_a_figure if {
	_asking("sum(increase(logging_googleapis_com:user_claims_cost_sum[1h]))") == {["", "fail"]}
}

test_fails_over_another_window if {
	_asking("sum(increase(logging_googleapis_com:user_claims_cost_sum[1m])) > 8") == {["", "fail"]}
}

test_fails_when_it_speaks_late if {
	_judged(watched.set_in("spend-rate", "/conditions/0/conditionPrometheusQueryLanguage/duration", "86400s")) == {["", "fail"]}
}

test_fails_when_it_looks_seldom if {
	path := "/conditions/0/conditionPrometheusQueryLanguage/evaluationInterval"
	_judged(watched.set_in("spend-rate", path, "86400s")) == {["", "fail"]}
}

test_fails_for_a_threshold_on_the_metric_itself if {
	conditions := [watched.above(watched.series("cost"), 1)]
	_judged(watched.set_in("spend-rate", "/conditions", conditions)) == {["", "fail"]}
}

test_undetermined_when_the_query_is_unknown if _asking(fixture.unknown) == {["", "undetermined"]}

test_undetermined_when_the_conditions_are_unknown if {
	_judged(watched.set_in("spend-rate", "/conditions", fixture.unknown)) == {["", "undetermined"]}
}

test_undetermined_when_a_condition_is_unknown if {
	path := "/conditions/0/conditionPrometheusQueryLanguage"
	_judged(watched.set_in("spend-rate", path, fixture.unknown)) == {["", "undetermined"]}
}
