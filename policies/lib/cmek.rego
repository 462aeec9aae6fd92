# METADATA
# title: Keys of our own
# description: Whether a resource is encrypted with a key that the project controls.
package lockgate.lib.cmek

import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.value

# METADATA
# description: |
#   pass when the property holds a Cloud KMS key, by its name or by reference to a key of the plan, and where
#   nothing asks for one. A reference to something else is undetermined: it may or may not be a key.
keyed(resource, path) := "pass" if {
	not charter.strict
} else := value.matches(value.at(resource, path), data.params.encryption.key_pattern) if {
	value.at(resource, path).state in {"known", "absent"}
} else := "pass" if {
	count(plan.referred(resource, path[0], "gcp:kms/cryptoKey:CryptoKey")) > 0
} else := "undetermined"
