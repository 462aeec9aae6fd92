package lockgate.rules.evaluation.eva_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.evaluation.eva_002

_judged(overrides) := statuses if {
	statuses := fixture.statuses(eva_002.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_accepting(error) := {"evaluation": {"max_error_by_segment": {"private": error}}}

test_passes_at_the_loosest_tier if _judged(_accepting(0.05)) == {["", "pass"]}

test_fails_above_it if _judged(_accepting(0.051)) == {["", "fail"]}

test_fails_above_it_without_a_low_tier if {
	_judged(object.union(_accepting(0.05), {"risk": {"low": null}})) == {["", "fail"]}
}

test_passes_in_development if {
	_judged(object.union(_accepting(0.5), {"use_case": {"environment": "development"}})) == {["", "pass"]}
}
