package lockgate.rules.logs.log_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_007

_judged(members) := statuses if {
	config := fixture.resource("gcp:projects/iAMAuditConfig:IAMAuditConfig", "c", {
		"service": "allServices",
		"auditLogConfigs": [{"logType": "DATA_READ", "exemptedMembers": members}],
	})
	statuses := fixture.statuses(log_007.findings) with input as fixture.judged([config], null)
}

test_passes_without_exemptions if _judged([]) == {["c", "pass"]}

test_passes_when_nothing_is_said if _judged(null) == {["c", "pass"]}

test_fails_with_an_exemption if _judged(["user:a@example.com"]) == {["c", "fail"]}

test_undetermined_when_unknown if _judged(fixture.unknown) == {["c", "undetermined"]}
