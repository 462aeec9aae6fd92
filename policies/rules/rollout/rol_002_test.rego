package lockgate.rules.rollout.rol_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.rollout.rol_002

_judged(overrides) := statuses if {
	statuses := fixture.statuses(rol_002.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_a_person_for_some if _judged({}) == {["", "pass"]}

test_passes_when_it_advises if {
	_judged({"use_case": {"autonomy": "advises"}, "routing": {"high": {"action": "automatic"}}}) == {["", "pass"]}
}

test_passes_when_it_acts_on_low_cases if {
	_judged({"use_case": {"autonomy": "acts"}, "risk": {"high": null, "medium": null}}) == {["", "pass"]}
}

test_fails_when_it_acts_on_more if {
	_judged({"use_case": {"autonomy": "acts"}, "risk": {"high": null}}) == {["", "fail"]}
}

test_fails_when_nothing_leads_to_a_person if _judged({"routing": {"high": {"action": "validate"}}}) == {["", "fail"]}
