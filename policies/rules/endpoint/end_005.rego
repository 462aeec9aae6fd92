# METADATA
# title: Endpoints are encrypted with the project's own key
# description: |
#   An endpoint, and every model deployed to it, is encrypted with a key that the project controls. It cannot be changed
#   later: an endpoint without a key stays without one.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-005
#   severity: high
#   group: endpoint
#   needs_charter: false
#   judges: ["gcp:vertex/aiEndpoint:AiEndpoint"]
#   remediation: Set encryptionSpec.kmsKeyName to a key of the endpoint's region.
#   controls: []
package lockgate.rules.endpoint.end_005

import data.lockgate.lib.cmek
import data.lockgate.lib.models
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("END-005", endpoint, status, message) if {
	some endpoint in models.endpoints
	status := cmek.keyed(endpoint, ["encryptionSpec", "kmsKeyName"])
	message := sprintf("the key is %s", [value.show(value.at(endpoint, ["encryptionSpec", "kmsKeyName"]))])
}
