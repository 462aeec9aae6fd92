package lockgate.rules.safety.saf_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.safety.saf_006

_judged(resources) := statuses if {
	statuses := fixture.statuses(saf_006.findings) with input as fixture.plan(resources)
}

_agent := "serviceAccount:service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com"

_identity := fixture.resource("gcp:projects/serviceIdentity:ServiceIdentity", "i", {"service": "aiplatform.googleapis.com"})

_grant(changes) := fixture.resource("gcp:projects/iAMMember:IAMMember", "g", object.union(
	{"project": "acme-claims-prod", "role": "roles/modelarmor.user", "member": _agent},
	changes,
))

_binding := fixture.resource("gcp:projects/iAMBinding:IAMBinding", "g", {
	"role": "roles/modelarmor.user",
	"members": [_agent],
})

test_passes_with_a_member if _judged([_identity, _grant({})]) == {["", "pass"]}

test_passes_with_a_binding if _judged([_identity, _binding]) == {["", "pass"]}

test_fails_without_a_grant if _judged([_identity]) == {["", "fail"]}

test_fails_without_the_agent if _judged([_grant({})]) == {["", "fail"]}

test_fails_with_another_role if _judged([_identity, _grant({"role": "roles/modelarmor.viewer"})]) == {["", "fail"]}

test_fails_for_another_project if _judged([_identity, _grant({"project": "other"})]) == {["", "fail"]}

test_fails_under_a_condition if _judged([_identity, _grant({"condition": {"expression": "false"}})]) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_identity, _grant({"member": fixture.unknown})]) == {["", "undetermined"]}
