package lockgate.rules.encryption.enc_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_005

_use := "roles/cloudkms.cryptoKeyEncrypterDecrypter"

_agent := "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"

_binding(role, members) := fixture.resource(
	"gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding", "g",
	{"role": role, "members": members},
)

_account := fixture.resource("gcp:serviceaccount/account:Account", "a", {"accountId": "router"})

_api := fixture.resource("gcp:projects/service:Service", "s", {"service": "storage.googleapis.com"})

_judged(resources) := statuses if {
	statuses := fixture.statuses(enc_005.findings) with input as fixture.plan(resources)
}

test_passes_for_a_service_agent if _judged([_binding(_use, [_agent])]) == {["g", "pass"]}

test_passes_for_the_agent_of_an_api_of_the_plan if {
	_judged([_api, fixture.taking(_binding(_use, [fixture.unknown]), "members", _api)]) == {["g", "pass"]}
}

test_fails_for_a_role_that_administers if _judged([_binding("roles/cloudkms.admin", [_agent])]) == {["g", "fail"]}

test_fails_for_a_person if _judged([_binding(_use, [_agent, "user:a@example.com"])]) == {["g", "fail"]}

test_fails_for_everybody_on_the_ring if {
	grant := {"role": _use, "member": "allUsers"}
	_judged([fixture.resource("gcp:kms/keyRingIAMMember:KeyRingIAMMember", "g", grant)]) == {["g", "fail"]}
}

test_fails_for_a_workload_of_the_plan if {
	_judged([_account, fixture.taking(_binding(_use, fixture.unknown), "members", _account)]) == {["g", "fail"]}
}

test_undetermined_when_the_member_is_unknown if {
	_judged([_binding(_use, [fixture.unknown])]) == {["g", "undetermined"]}
}

test_undetermined_when_the_role_is_unknown if {
	_judged([fixture.taking(_binding(fixture.unknown, [fixture.unknown]), "members", _api), _api]) == {["g", "undetermined"]}
}

test_passes_for_nobody if {
	_judged([_binding(_use, [])]) == {["g", "pass"]}
	some finding in enc_005.findings with input as fixture.plan([_binding(_use, [])])
	finding.message == "lets nobody use the key"
}
