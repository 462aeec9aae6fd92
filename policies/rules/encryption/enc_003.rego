# METADATA
# title: Keys are not lost by mistake
# description: |
#   A key and its ring are protected from deletion, and a destroyed version can be restored for the time that
#   the parameters say. Without its key, what a key encrypted is gone, the audit trail included.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-003
#   severity: high
#   group: encryption
#   needs_charter: false
#   judges: ["gcp:kms/cryptoKey:CryptoKey", "gcp:kms/keyRing:KeyRing"]
#   remediation: Register it with pulumi.ResourceOptions(protect=True), and set destroyScheduledDuration to at least 2592000s (30 days).
#   controls: ["CKV_GCP_82"]
package lockgate.rules.encryption.enc_003

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_day := 86400

findings contains result.of("ENC-003", resource, status, message) if {
	some resource in plan.of_any(["gcp:kms/cryptoKey:CryptoKey", "gcp:kms/keyRing:KeyRing"])
	[status, message] := _judgement(resource, value.at(resource, ["destroyScheduledDuration"]))
}

_judgement(resource, wait) := ["fail", "is not protected: the next update may delete it"] if {
	not resource.protect
} else := ["pass", "is protected"] if {
	resource.type == "gcp:kms/keyRing:KeyRing"
} else := [status, sprintf("a destroyed version can be restored for %ds; the least allowed is %ds", [default_, least])] if {
	wait.state == "absent"
	default_ := data.params.encryption.default_destroy_days * _day
	least := data.params.encryption.min_destroy_days * _day
	status := value.at_least({"state": "known", "value": default_}, least)
} else := [status, sprintf("a destroyed version can be restored for %s; the least allowed is %ds", [value.show(wait), least])] if {
	least := data.params.encryption.min_destroy_days * _day
	status := value.at_least(value.seconds(wait), least)
}
