package lockgate.rules.finance.fin_016_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_016

_bucket(provider, inputs) := object.union(
	fixture.resource("gcp:storage/bucket:Bucket", "bucket", inputs),
	{"provider": provider},
)

_judged(resources) := statuses if {
	statuses := fixture.statuses(fin_016.findings) with input as fixture.plan(resources)
}

test_passes_with_a_provider if _judged([_bucket("urn", {"labels": {"use_case": "claims-triage", "team": "a"}})]) == {["", "pass"]}

test_passes_without_resources if _judged([]) == {["", "pass"]}

test_fails_when_a_label_is_overridden if {
	_judged([_bucket("urn", {"labels": {"cost_centre": "cc-1"}})]) == {["", "pass"], ["bucket", "fail"]}
}

test_undetermined_when_a_label_is_unknown if {
	_judged([_bucket("urn", {"labels": {"cost_centre": fixture.unknown}})]) == {["", "pass"], ["bucket", "undetermined"]}
}

test_undetermined_with_the_default_provider if _judged([_bucket(null, {})]) == {["", "undetermined"]}
