package lockgate.rules.safety.saf_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.safety.saf_003

_judged(resources) := statuses if {
	statuses := fixture.statuses(saf_003.findings) with input as fixture.plan(resources)
}

_floor(parent) := fixture.resource("gcp:modelarmor/floorsetting:Floorsetting", "f", {"parent": parent, "location": "global"})

test_passes_by_id if _judged([_floor("projects/acme-claims-prod")]) == {["", "pass"]}

test_passes_by_number if _judged([_floor("projects/123456789012")]) == {["", "pass"]}

test_fails_without_one if _judged([]) == {["", "fail"]}

test_fails_for_another_project if _judged([_floor("projects/other")]) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_floor(fixture.unknown)]) == {["", "undetermined"]}
