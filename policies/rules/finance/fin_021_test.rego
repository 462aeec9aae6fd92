package lockgate.rules.finance.fin_021_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_021

_judged(provider, bucket) := statuses if {
	statuses := fixture.statuses(fin_021.findings) with input as fixture.plan([
		fixture.resource("pulumi:providers:gcp", "google", provider),
		fixture.resource("gcp:storage/bucket:Bucket", "bucket", bucket),
	])
}

_ours := {"project": "acme-claims-prod"}

test_passes_in_the_charters_project if {
	_judged(_ours, {}) == {["", "pass"]}
	_judged(_ours, _ours) == {["", "pass"]}
	_judged(_ours, {"project": "123456789012"}) == {["", "pass"]}
}

test_fails_when_the_provider_names_another if {
	_judged({"project": "other"}, {}) == {["", "fail"], ["google", "fail"]}
}

test_fails_when_a_resource_names_another if _judged(_ours, {"project": "other"}) == {["", "pass"], ["bucket", "fail"]}

test_undetermined_when_the_provider_names_none if {
	_judged({}, _ours) == {["", "undetermined"], ["google", "undetermined"]}
}

test_undetermined_when_a_project_is_unknown if {
	_judged({"project": fixture.unknown}, {"project": fixture.unknown}) == {
		["", "undetermined"],
		["google", "undetermined"],
		["bucket", "undetermined"],
	}
}
