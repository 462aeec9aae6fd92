package lockgate.rules.observability.obs_011_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_011

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_011.findings) with input as fixture.plan(resources)
}

_names := {"cases", "fallbacks", "cost", "tokens", "over-limit", "heartbeats", "alarms"}

test_passes_when_on if _judged(watched.stack) == {[name, "pass"] | some name in _names}

test_passes_without_a_descriptor if ["cases", "pass"] in _judged(watched.unset_in("cases", "/metricDescriptor"))

test_fails_when_disabled if ["cost", "fail"] in _judged(watched.set_in("cost", "/disabled", true))

test_fails_without_a_filter if ["cost", "fail"] in _judged(watched.unset_in("cost", "/filter"))

test_fails_when_a_count_is_a_distribution if {
	["cases", "fail"] in _judged(watched.set_in("cases", "/metricDescriptor/valueType", "DISTRIBUTION"))
}

test_fails_when_a_value_is_a_count if {
	["cost", "fail"] in _judged(watched.set_in("cost", "/metricDescriptor/valueType", "INT64"))
}

test_undetermined_when_unknown if ["cost", "undetermined"] in _judged(watched.set_in("cost", "/disabled", fixture.unknown))
