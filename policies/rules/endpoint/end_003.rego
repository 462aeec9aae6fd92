# METADATA
# title: Only the charter's models are deployed
# description: |
#   What is deployed is a model of the charter, in the charter's version, from its publisher. A model that nobody assessed
#   decides nothing here, nor one that anybody may upload to a public hub.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-003
#   severity: critical
#   group: endpoint
#   needs_charter: true
#   judges: ["gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment"]
#   remediation: Set publisherModelName to publishers/<publisher>/models/<id> of a model of the charter with hosting deployed, without huggingFaceModelId or a container of your own.
#   controls: []
package lockgate.rules.endpoint.end_003

import data.lockgate.lib.models
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("END-003", deployment, status, message) if {
	some deployment in models.deployments
	status := value.worst({
		value.one_of(value.at(deployment, ["publisherModelName"]), models.wanted),
		_absent(value.at(deployment, ["huggingFaceModelId"])),
		_absent(value.at(deployment, ["modelConfig", "containerSpec"])),
	})
	message := sprintf("the model is %s%s; the charter deploys %s", [
		value.show(value.at(deployment, ["publisherModelName"])),
		_elsewhere(deployment),
		_allowed,
	])
}

_absent(given) := "pass" if {
	given.state == "absent"
} else := "undetermined" if {
	given.state in {"unknown", "secret"}
} else := "fail"

_elsewhere(deployment) := sprintf(", from the hub %s", [value.show(hub)]) if {
	hub := value.at(deployment, ["huggingFaceModelId"])
	hub.state != "absent"
} else := ", in a container of its own" if {
	value.at(deployment, ["modelConfig", "containerSpec"]).state != "absent"
} else := ""

_allowed := "none" if {
	count(models.wanted) == 0
} else := concat(", ", sort(models.wanted))
