package lockgate.rules.observability.obs_009_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_009

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_009.findings) with input as fixture.plan(resources)
}

test_passes_when_on if _judged(watched.stack) == {["finops", "pass"], ["adoption", "pass"]}

test_passes_for_another_type if {
	channel := fixture.resource("gcp:monitoring/notificationChannel:NotificationChannel", "pager", {"type": "pagerduty"})
	_judged([channel]) == {["pager", "pass"]}
}

test_fails_when_off if ["finops", "fail"] in _judged(watched.set_in("finops", "/enabled", false))

test_fails_without_an_address if ["finops", "fail"] in _judged(watched.unset_in("finops", "/labels"))

test_fails_without_a_type if ["finops", "fail"] in _judged(watched.unset_in("finops", "/type"))

test_undetermined_when_unknown if ["finops", "undetermined"] in _judged(watched.set_in("finops", "/enabled", fixture.unknown))
