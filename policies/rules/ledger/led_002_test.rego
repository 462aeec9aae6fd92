package lockgate.rules.ledger.led_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.ledger.led_002

_vpc := fixture.resource("gcp:compute/network:Network", "vpc", {"name": "claims"})

_good := {
	"ipv4Enabled": false,
	"privateNetwork": "projects/p/global/networks/claims",
	"sslMode": "ENCRYPTED_ONLY",
}

_instance(overrides) := fixture.resource(
	"gcp:sql/databaseInstance:DatabaseInstance", "i",
	{"settings": {"ipConfiguration": object.union(_good, overrides)}},
)

_of(resource) := statuses if {
	statuses := fixture.statuses(led_002.findings) with input as fixture.plan([_vpc, resource])
}

_judged(overrides) := _of(_instance(overrides))

test_passes if _judged({}) == {["i", "pass"]}

test_passes_with_a_reference if {
	_of(fixture.taking(_instance({"privateNetwork": fixture.unknown}), "settings", _vpc)) == {["i", "pass"]}
}

test_fails_with_a_public_address if _judged({"ipv4Enabled": true}) == {["i", "fail"]}

test_fails_when_a_public_address_is_googles_default if _judged({"ipv4Enabled": null}) == {["i", "fail"]}

test_fails_without_a_network if _judged({"privateNetwork": null}) == {["i", "fail"]}

test_fails_for_what_is_no_network if _judged({"privateNetwork": "default"}) == {["i", "fail"]}

test_fails_without_tls if {
	_judged({"sslMode": "ALLOW_UNENCRYPTED_AND_ENCRYPTED"}) == {["i", "fail"]}
	_judged({"sslMode": null}) == {["i", "fail"]}
}

test_fails_with_authorized_networks if _judged({"authorizedNetworks": [{"value": "0.0.0.0/0"}]}) == {["i", "fail"]}

test_undetermined_when_unknown if {
	_judged({"ipv4Enabled": fixture.unknown}) == {["i", "undetermined"]}
	_judged({"privateNetwork": fixture.unknown}) == {["i", "undetermined"]}
}
