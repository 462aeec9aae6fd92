# METADATA
# title: Other controls stand in for what the Model Garden lacks
# description: |
#   A Model Garden deployment takes no key, no service account, no labels and no request log. So it is reached from the
#   project alone, lies within the residency, its callers stand in the Data Access logs of Vertex AI, and what was asked
#   of it stands in the router's journal, which a sink keeps with the audit logs
#   (docs/decisions/0004-model-garden-compensating-controls.md).
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-007
#   severity: high
#   group: endpoint
#   needs_charter: true
#   judges: ["gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment"]
#   remediation: Give the deployment Private Service Connect and a location of data.residency; add the logs component, whose sink keeps log_id("run.googleapis.com/stdout") and whose audit configuration covers aiplatform.googleapis.com.
#   controls: []
package lockgate.rules.endpoint.end_007

import data.lockgate.lib.logs
import data.lockgate.lib.models
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("END-007", deployment, status, message) if {
	some deployment in models.deployments
	controls := {
		"private access": models.private(deployment),
		"a location within the residency": project.resident(value.at(deployment, ["location"])),
		"Data Access logs of Vertex AI": logs.audited("aiplatform.googleapis.com"),
		"the router's journal in the audit bucket": _journal,
	}
	status := value.worst({control | some control in controls})
	message := _message(status, concat(", ", sort({name | some name, control in controls; control == status})))
}

_message("pass", _) := "it has no key and no request log of its own, and all controls that stand in are there"

_message("undetermined", named) := sprintf("it has no key and no request log of its own; not known until the deployment: %s", [named])

_message("fail", named) := sprintf("it has no key and no request log of its own, and what has to stand in is missing: %s", [named])

_journal := logs.kept({data.params.logs.journal_term})
