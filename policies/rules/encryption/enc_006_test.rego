package lockgate.rules.encryption.enc_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_006

_use := "roles/cloudkms.cryptoKeyEncrypterDecrypter"

_key := fixture.resource("gcp:kms/cryptoKey:CryptoKey", "k", {"name": "functions"})

_api := fixture.resource("gcp:projects/service:Service", "storage", {"service": "storage.googleapis.com"})

_agent(domain) := sprintf("serviceAccount:service-123456789012@%s.iam.gserviceaccount.com", [domain])

_agents := [_agent(domain) |
	some domain in ["gcf-admin-robot", "serverless-robot-prod", "gcp-sa-artifactregistry", "gcp-sa-eventarc"]
]

_function := fixture.taking(fixture.resource("gcp:cloudfunctionsv2/function:Function", "f", {"kmsKeyName": fixture.unknown}), "kmsKeyName", _key)

_binding(role, members) := fixture.taking(
	fixture.resource(
		"gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding", "g",
		{"cryptoKeyId": fixture.unknown, "role": role, "members": members},
	),
	"cryptoKeyId", _key,
)

_from_api(binding) := object.union(binding, {"propertyDependencies": {"members": [_api.urn]}})

_with_key(key, grant) := statuses if {
	statuses := fixture.statuses(enc_006.findings) with input as fixture.plan([key, _api, _function, grant])
}

_judged(grant) := _with_key(_key, grant)

_granted := _binding(_use, array.concat(_agents, [_agent("gs-project-accounts")]))

test_fails_for_a_key_that_cannot_encrypt if {
	_with_key(object.union(_key, {"inputs": {"purpose": "ASYMMETRIC_SIGN"}}), _granted) == {["k", "fail"]}
}

test_undetermined_when_its_purpose_is_unknown if {
	_with_key(object.union(_key, {"inputs": {"purpose": fixture.unknown}}), _granted) == {["k", "undetermined"]}
}

test_passes_with_all_agents if {
	_judged(_binding(_use, array.concat(_agents, [_agent("gs-project-accounts")]))) == {["k", "pass"]}
}

test_passes_with_one_agent_that_google_names_later if {
	_judged(_from_api(_binding(_use, array.concat(_agents, [fixture.unknown])))) == {["k", "pass"]}
}

test_passes_for_a_literal_key if {
	id := "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/functions"
	literal := object.union(_binding(_use, array.concat(_agents, [_agent("gs-project-accounts")])), {
		"inputs": {"cryptoKeyId": id},
		"propertyDependencies": {},
	})
	_judged(literal) == {["k", "pass"]}
}

test_fails_without_a_grant if _judged(_function) == {["k", "fail"]}

test_fails_without_members if _judged(_binding(_use, [])) == {["k", "fail"]}

test_fails_for_another_role if {
	_judged(_binding("roles/cloudkms.viewer", array.concat(_agents, [_agent("gs-project-accounts")]))) == {["k", "fail"]}
}

test_fails_when_an_agent_is_missing if _judged(_binding(_use, _agents)) == {["k", "fail"]}

test_fails_when_one_unknown_stands_for_two if {
	_judged(_from_api(_binding(_use, array.concat(array.slice(_agents, 0, 3), [fixture.unknown])))) == {["k", "fail"]}
}

test_undetermined_when_a_member_is_unknown if {
	_judged(_binding(_use, array.concat(_agents, [fixture.unknown]))) == {["k", "undetermined"]}
}
