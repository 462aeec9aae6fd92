# METADATA
# title: Models run within the residency
# description: |
#   Each endpoint and each deployment lies in a region of data.residency: what a model is asked is processed where it runs.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-010
#   severity: critical
#   group: endpoint
#   needs_charter: true
#   judges:
#     - "gcp:vertex/aiEndpoint:AiEndpoint"
#     - "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment"
#   remediation: Set location (and region, where it is given) to a region of data.residency.
#   controls: ["GDPR Art. 44"]
package lockgate.rules.endpoint.end_010

import data.lockgate.lib.models
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("END-010", resource, status, message) if {
	some resource in array.concat(models.endpoints, models.deployments)
	location := value.at(resource, ["location"])
	status := value.worst({project.resident(location), _region(value.at(resource, ["region"]))})
	message := sprintf("the location is %s; the residency is %s", [
		value.show(location),
		concat(", ", input.charter.data.residency),
	])
}

_region(given) := "pass" if {
	given.state == "absent"
} else := project.resident(given)
