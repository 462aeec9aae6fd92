# METADATA
# title: Models are reached from the project alone
# description: |
#   Each endpoint is private: Private Service Connect, open to the charter's project and no other, and on an endpoint of
#   our own with authorisation; or peered with a network. A public endpoint is one leaked token away from anybody.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-004
#   severity: critical
#   group: endpoint
#   needs_charter: false
#   judges:
#     - "gcp:vertex/aiEndpoint:AiEndpoint"
#     - "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment"
#   remediation: Set enablePrivateServiceConnect (and, on an AiEndpoint, enableSecurePrivateServiceConnect) to true, with projectAllowlists and pscAutomationConfigs of the charter's project only.
#   controls: []
package lockgate.rules.endpoint.end_004

import data.lockgate.lib.models
import data.lockgate.lib.result

findings contains result.of("END-004", resource, status, _messages[status]) if {
	some resource in array.concat(models.endpoints, models.deployments)
	status := models.private(resource)
}

_messages := {
	"pass": "it is reached from the charter's project alone",
	"undetermined": "who reaches it is unknown until the deployment",
	"fail": "it is public, open to another project, or open to callers without authorisation",
}
