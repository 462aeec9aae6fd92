package lockgate.rules.encryption.enc_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_007

_agent(domain) := sprintf("serviceAccount:service-123456789012@%s.iam.gserviceaccount.com", [domain])

_grant(domain) := fixture.resource(
	"gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "g",
	{"role": "r", "member": _agent(domain)},
)

_identity(service) := fixture.resource("gcp:projects/serviceIdentity:ServiceIdentity", "i", {"service": service})

_judged(resources) := statuses if {
	statuses := fixture.statuses(enc_007.findings) with input as fixture.plan(resources)
}

test_passes_when_the_plan_makes_it if {
	_judged([_grant("gcp-sa-pubsub"), _identity("pubsub.googleapis.com")]) == {["g", "pass"]}
}

test_passes_for_an_agent_that_google_makes if _judged([_grant("gs-project-accounts")]) == {["g", "pass"]}

test_fails_when_nothing_makes_it if _judged([_grant("gcp-sa-pubsub")]) == {["g", "fail"]}

test_fails_when_another_is_made if {
	_judged([_grant("gcp-sa-pubsub"), _identity("run.googleapis.com")]) == {["g", "fail"]}
}

test_undetermined_when_the_service_is_unknown if {
	_judged([_grant("gcp-sa-pubsub"), _identity(fixture.unknown)]) == {["g", "undetermined"]}
}
