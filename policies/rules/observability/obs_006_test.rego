package lockgate.rules.observability.obs_006_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_006

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_006.findings) with input as fixture.plan(resources)
}

_path := "/conditions/0/conditionAbsent/duration"

test_passes_after_some_beats if _judged(watched.stack) == {["", "pass"]}

test_fails_without_an_alert if _judged(watched.without("silence")) == {["", "fail"]}

test_fails_without_the_metric if _judged(watched.without("heartbeats")) == {["", "fail"]}

test_fails_after_a_day if _judged(watched.set_in("silence", _path, "86400s")) == {["", "fail"]}

test_fails_without_a_duration if _judged(watched.unset_in("silence", _path)) == {["", "fail"]}

test_fails_for_a_threshold if {
	conditions := [watched.above(watched.series("heartbeats"), 0)]
	_judged(watched.set_in("silence", "/conditions", conditions)) == {["", "fail"]}
}

test_undetermined_when_unknown if {
	_judged(watched.set_in("silence", "/conditions", fixture.unknown)) == {["", "undetermined"]}
}
