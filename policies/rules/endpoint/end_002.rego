# METADATA
# title: The charter's models are deployed
# description: |
#   Each model that the charter runs on its own GPUs is deployed by the plan. A checker that is not there turns every
#   case that it should check into one for the fallback, or for nobody.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-002
#   severity: medium
#   group: endpoint
#   needs_charter: true
#   judges: stack
#   remediation: Deploy the model with gcp.vertex.AiEndpointWithModelGardenDeployment and publisherModelName publishers/<publisher>/models/<id>, or change its hosting in the charter.
#   controls: []
package lockgate.rules.endpoint.end_002

import data.lockgate.lib.models
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("END-002", status, _message(status)) if {
	status := value.worst({_deployed(model) | some model in models.wanted})
}

_message("pass") := "the charter deploys no model of its own" if {
	count(models.wanted) == 0
} else := sprintf("deployed: %s", [concat(", ", sort(models.wanted))])

_message("undetermined") := sprintf("not known to be deployed until the deployment: %s", [_named("undetermined")])

_message("fail") := sprintf("not deployed: %s", [_named("fail")])

_named(status) := concat(", ", sort({model | some model in models.wanted; _deployed(model) == status}))

_deployed(model) := value.best({value.equals(value.at(deployment, ["publisherModelName"]), model) |
	some deployment in models.deployments
})
