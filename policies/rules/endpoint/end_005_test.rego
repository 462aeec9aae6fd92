package lockgate.rules.endpoint.end_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_005

_judged(changes) := statuses if {
	statuses := fixture.statuses(end_005.findings) with input as fixture.plan([_endpoint(changes)])
}

_key := "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"

_endpoint(changes) := fixture.resource("gcp:vertex/aiEndpoint:AiEndpoint", "e", object.union(
	{
		"project": "acme-claims-prod",
		"location": "europe-west4",
		"encryptionSpec": {"kmsKeyName": _key},
		"privateServiceConnectConfig": {
			"enablePrivateServiceConnect": true,
			"enableSecurePrivateServiceConnect": true,
			"projectAllowlists": ["acme-claims-prod"],
			"pscAutomationConfigs": [{"projectId": "acme-claims-prod", "network": "n"}],
		},
	},
	changes,
))

test_passes_with_a_key if _judged({}) == {["e", "pass"]}

test_fails_without_a_key if _judged({"encryptionSpec": null}) == {["e", "fail"]}

test_undetermined_when_unknown if _judged({"encryptionSpec": {"kmsKeyName": fixture.unknown}}) == {["e", "undetermined"]}
