package lockgate.rules.observability.obs_008_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_008

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_008.findings) with input as fixture.plan(resources)
}

test_passes_when_both_are_reached if _judged(watched.stack) == {["", "pass"]}

test_fails_without_an_owner if _judged(watched.without("finops")) == {["", "fail"]}

test_fails_for_another_address if {
	_judged(watched.set_in("adoption", "/labels/email_address", "other@example.com")) == {["", "fail"]}
}

test_fails_for_another_type if _judged(watched.set_in("adoption", "/type", "webhook_basicauth")) == {["", "fail"]}

test_fails_when_a_channel_is_off if _judged(watched.set_in("adoption", "/enabled", false)) == {["", "fail"]}

test_fails_when_one_channel_is_named if {
	_judged(watched.set_in("errors", "/notificationChannels", [fixture.unknown])) == {["", "fail"]}
}

test_passes_when_the_channels_are_unknown_as_a_whole if {
	_judged(watched.set_in("errors", "/notificationChannels", fixture.unknown)) == {["", "pass"]}
}

test_fails_without_alerts if _judged([watched.service]) == {["", "fail"]}

test_undetermined_when_an_address_is_unknown if {
	_judged(watched.set_in("adoption", "/labels/email_address", fixture.unknown)) == {["", "undetermined"]}
}
