package lockgate.rules.observability.obs_015_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_015

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_015.findings) with input as fixture.plan(resources)
}

test_passes_in_the_charters_project if {
	plan := watched.set_in("slo", "/project", "acme-claims-prod")
	every status in {pair[1] | some pair in _judged(plan)} {
		status == "pass"
	}
}

test_fails_in_another_project if ["slo", "fail"] in _judged(watched.set_in("slo", "/project", "elsewhere"))

test_undetermined_when_unknown if ["cost", "undetermined"] in _judged(watched.set_in("cost", "/project", fixture.unknown))
