# METADATA
# title: No keys
# description: |
#   The stack makes no key of a service account, no HMAC key and no API key. A key works from anywhere, until
#   somebody thinks of revoking it; what runs on Google Cloud gets its tokens from the metadata server.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-005
#   severity: critical
#   group: identity
#   needs_charter: false
#   judges: ["gcp:serviceaccount/key:Key", "gcp:storage/hmacKey:HmacKey", "gcp:projects/apiKey:ApiKey"]
#   remediation: Remove the key. Run the workload as the service account, or use workload identity federation from outside.
#   controls: ["CIS GCP 1.4", "CIS GCP 1.12"]
package lockgate.rules.identity.iam_005

import data.lockgate.lib.plan
import data.lockgate.lib.result

_kinds := {
	"gcp:serviceaccount/key:Key": "a key of a service account",
	"gcp:storage/hmacKey:HmacKey": "an HMAC key of Cloud Storage",
	"gcp:projects/apiKey:ApiKey": "an API key",
}

findings contains result.of("IAM-005", key, "fail", sprintf("makes %s, which works from anywhere", [kind])) if {
	some type, kind in _kinds
	some key in plan.of(type)
}
