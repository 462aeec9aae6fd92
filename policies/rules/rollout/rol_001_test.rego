package lockgate.rules.rollout.rol_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.rollout.rol_001

_judged(overrides) := statuses if {
	statuses := fixture.statuses(rol_001.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_at(environment, stage) := {"use_case": {"environment": environment}, "rollout": {"stage": stage}}

test_passes_in_production if {
	every stage in ["pilot", "limited", "general"] {
		_judged(_at("production", stage)) == {["", "pass"]}
	}
}

test_passes_as_a_pilot if {
	_judged(_at("development", "pilot")) == {["", "pass"]}
	_judged(_at("pilot", "pilot")) == {["", "pass"]}
}

test_fails_elsewhere if {
	_judged(_at("development", "limited")) == {["", "fail"]}
	_judged(_at("pilot", "general")) == {["", "fail"]}
}
