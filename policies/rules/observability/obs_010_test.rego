package lockgate.rules.observability.obs_010_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_010

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_010.findings) with input as fixture.plan(resources)
}

test_passes_when_all_are_taken if _judged(watched.stack) == {["", "pass"]}

test_fails_without_a_metric if _judged(watched.without("fallbacks")) == {["", "pass"], ["", "fail"]}

test_fails_for_the_journal_of_something_else if {
	filter := `resource.labels.service_name="other" AND jsonPayload.event="case"`
	_judged(watched.set_in("cost", "/filter", filter)) == {["", "pass"], ["", "fail"]}
}

test_fails_for_another_field if {
	_judged(watched.set_in("cost", "/valueExtractor", "EXTRACT(jsonPayload.latency_ms)")) == {["", "pass"], ["", "fail"]}
}

test_fails_when_disabled if _judged(watched.set_in("tokens", "/disabled", true)) == {["", "pass"], ["", "fail"]}

test_undetermined_when_it_may_be_disabled if {
	_judged(watched.set_in("tokens", "/disabled", fixture.unknown)) == {["", "pass"], ["", "undetermined"]}
}
