package lockgate.rules.logs.log_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_009

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(log_009.findings) with input as fixture.plan([fixture.resource(type, "r", inputs)])
}

_member := "gcp:logging/logViewIamMember:LogViewIamMember"

_viewer := "roles/logging.viewAccessor"

test_passes_for_an_auditor if _judged(_member, {"role": _viewer, "member": "group:audit@example.com"}) == {["r", "pass"]}

test_fails_for_somebody_else if _judged(_member, {"role": _viewer, "member": "allUsers"}) == {["r", "fail"]}

test_fails_with_more_than_reading if {
	_judged(_member, {"role": "roles/logging.admin", "member": "group:audit@example.com"}) == {["r", "fail"]}
}

test_fails_in_a_binding if {
	inputs := {"role": _viewer, "members": ["group:audit@example.com", "user:a@example.com"]}
	_judged("gcp:logging/logViewIamBinding:LogViewIamBinding", inputs) == {["r", "fail"]}
}

test_undetermined_when_unknown if _judged(_member, {"role": _viewer, "member": fixture.unknown}) == {["r", "undetermined"]}
