# METADATA
# title: Keys rotate
# description: |
#   Each key that encrypts gets a new version at least as often as the parameters say. What is encrypted after
#   a rotation stays safe when an older version leaks.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-002
#   severity: medium
#   group: encryption
#   needs_charter: false
#   judges: ["gcp:kms/cryptoKey:CryptoKey"]
#   remediation: Set rotationPeriod to at most 7776000s (90 days) and leave purpose at ENCRYPT_DECRYPT.
#   controls: ["CKV_GCP_43", "CIS GCP 1.10"]
package lockgate.rules.encryption.enc_002

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_day := 86400

findings contains result.of("ENC-002", key, status, message) if {
	some key in plan.of("gcp:kms/cryptoKey:CryptoKey")
	[status, message] := _judgement(value.at(key, ["rotationPeriod"]), value.at(key, ["purpose"]))
}

_judgement(period, purpose) := ["pass", sprintf("a key for %s does not rotate by itself", [purpose.value])] if {
	purpose.state == "known"
	purpose.value != "ENCRYPT_DECRYPT"
} else := [status, sprintf("rotates every %s; the longest allowed is %ds", [value.show(period), limit])] if {
	limit := data.params.encryption.max_rotation_days * _day
	status := value.at_most(value.seconds(period), limit)
}
