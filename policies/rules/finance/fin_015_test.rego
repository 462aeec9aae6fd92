package lockgate.rules.finance.fin_015_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_015

_right := {"use_case": "claims-triage", "environment": "production", "cost_centre": "cc-4711", "owner": "finops"}

_judged(labels) := statuses if {
	provider := fixture.resource("pulumi:providers:gcp", "google", {"defaultLabels": labels})
	statuses := fixture.statuses(fin_015.findings) with input as fixture.plan([provider])
}

test_passes_with_all_four if _judged(_right) == {["google", "pass"]}

test_passes_as_the_engine_codes_it if _judged(json.marshal(_right)) == {["google", "pass"]}

test_passes_with_the_whole_mailbox_as_owner if {
	_judged(object.union(_right, {"owner": "claims-director-example-com"})) == {["google", "pass"]}
}

test_fails_without_one_of_them if {
	every key, _ in _right {
		_judged(object.remove(_right, {key})) == {["google", "fail"]}
	}
}

test_fails_with_another_cost_centre if _judged(object.union(_right, {"cost_centre": "cc-1"})) == {["google", "fail"]}

test_fails_with_an_owner_whom_nobody_knows if _judged(object.union(_right, {"owner": "me"})) == {["google", "fail"]}

test_fails_without_labels if {
	provider := fixture.resource("pulumi:providers:gcp", "google", {})
	statuses := fixture.statuses(fin_015.findings) with input as fixture.plan([provider])
	statuses == {["google", "fail"]}
}

test_undetermined_when_unknown if _judged(fixture.unknown) == {["google", "undetermined"]}

test_fails_when_labels_are_none if _judged("cost_centre") == {["google", "fail"]}
