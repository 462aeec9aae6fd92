# METADATA
# title: Keys lie within the residency
# description: |
#   Each key ring of the plan is in a region of the charter's data.residency, and each key in such a ring.
#   Whoever governs the place of a key governs the data that it opens.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-004
#   severity: high
#   group: encryption
#   needs_charter: true
#   judges: ["gcp:kms/keyRing:KeyRing", "gcp:kms/cryptoKey:CryptoKey"]
#   remediation: Set the ring's location to a region of data.residency (not global or a multi-region), and take keyRing from that ring.
#   controls: []
package lockgate.rules.encryption.enc_004

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_ring_type := "gcp:kms/keyRing:KeyRing"

_residency := concat(", ", input.charter.data.residency)

findings contains result.of("ENC-004", ring, status, message) if {
	some ring in plan.of(_ring_type)
	location := value.at(ring, ["location"])
	status := value.one_of(location, input.charter.data.residency)
	message := sprintf("location is %s; data.residency is %s", [value.show(location), _residency])
}

findings contains result.of("ENC-004", key, status, message) if {
	some key in plan.of("gcp:kms/cryptoKey:CryptoKey")
	[status, message] := _judgement(key, value.at(key, ["keyRing"]))
}

_judgement(key, ring) := [status, sprintf("its ring is in %s; data.residency is %s", [location, _residency])] if {
	ring.state == "known"
	location := regex.replace(item.text(ring), `^projects/[^/]+/locations/([^/]+)/.*$`, "$1")
	status := value.one_of({"state": "known", "value": location}, input.charter.data.residency)
} else := ["fail", "keyRing is not set"] if {
	ring.state == "absent"
} else := ["pass", "its ring is in the plan"] if {
	count(plan.referred(key, "keyRing", _ring_type)) > 0
} else := ["undetermined", "its ring is unknown and not in the plan"]
