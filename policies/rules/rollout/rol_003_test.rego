package lockgate.rules.rollout.rol_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.rollout.rol_003

_judged(overrides) := statuses if {
	statuses := fixture.statuses(rol_003.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_records if _judged({}) == {["", "pass"]}

test_fails_when_logs_are_not_locked if _judged({"logging": {"locked": false}}) == {["", "fail"]}

test_fails_without_transcripts if _judged({"logging": {"transcript_sampling": 0}}) == {["", "fail"]}

test_passes_at_another_stage if {
	_judged({"logging": {"locked": false}, "rollout": {"stage": "limited"}}) == {["", "pass"]}
}
