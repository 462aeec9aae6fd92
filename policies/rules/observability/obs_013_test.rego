package lockgate.rules.observability.obs_013_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_013

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_013.findings) with input as fixture.plan(resources)
}

test_passes_when_all_is_shown if _judged(watched.stack) == {["", "pass"]}

test_fails_without_a_dashboard if _judged(watched.without("board")) == {["", "fail"]}

test_fails_when_something_is_not_shown if {
	plan := array.concat(watched.without("board"), [watched.board(array.slice(watched.shown, 1, 4))])
	_judged(plan) == {["", "fail"]}
}

test_fails_when_it_is_no_json if _judged(watched.set_in("board", "/dashboardJson", "a chart")) == {["", "fail"]}

test_undetermined_when_unknown if {
	_judged(watched.set_in("board", "/dashboardJson", fixture.unknown)) == {["", "undetermined"]}
}
