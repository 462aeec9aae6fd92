package lockgate.rules.governance.gov_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_009

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_009.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_kept(days) := {"logging": {"retention_days": days}}

test_passes_when_kept if _judged(_kept(183)) == {["", "pass"]}

test_fails_when_not_kept if _judged(_kept(182)) == {["", "fail"]}

test_passes_in_another_class if {
	_judged(object.union(_kept(30), {"governance": {"ai_act_class": "limited"}})) == {["", "pass"]}
}

test_passes_in_development if {
	_judged(object.union(_kept(30), {"use_case": {"environment": "development"}})) == {["", "pass"]}
}
