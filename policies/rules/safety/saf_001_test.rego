package lockgate.rules.safety.saf_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.safety.saf_001

_judged(resources) := statuses if {
	statuses := fixture.statuses(saf_001.findings) with input as fixture.plan(resources)
}

_template(inputs) := fixture.resource("gcp:modelarmor/template:Template", "t", inputs)

test_passes_with_a_template if _judged([_template({"location": "europe-west4", "project": "acme-claims-prod"})]) == {["", "pass"]}

test_fails_without_one if _judged([]) == {["", "fail"]}

test_fails_with_one_elsewhere if _judged([_template({"location": "us-central1"})]) == {["", "fail"]}

test_fails_in_another_project if _judged([_template({"location": "europe-west4", "project": "other"})]) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_template({"location": fixture.unknown})]) == {["", "undetermined"]}
