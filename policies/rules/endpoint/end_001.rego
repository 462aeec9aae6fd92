# METADATA
# title: The use case has an endpoint of its own
# description: |
#   Where the charter deploys a model, the plan holds a Vertex AI endpoint in the charter's region. It is where a tuned
#   model goes: encrypted with the project's key and logged, which no endpoint of the Model Garden can be.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-001
#   severity: high
#   group: endpoint
#   needs_charter: true
#   judges: stack
#   remediation: Add the endpoint component, or a gcp.vertex.AiEndpoint in cloud.region.
#   controls: []
package lockgate.rules.endpoint.end_001

import data.lockgate.lib.models
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("END-001", "pass", "the charter deploys no model of its own") if {
	count(models.wanted) == 0
}

findings contains result.any_of("END-001", statuses, {
	"pass": sprintf("an endpoint is planned in %s", [_region]),
	"undetermined": sprintf("no endpoint is known to be planned in %s until the deployment", [_region]),
	"fail": sprintf("no endpoint is planned in %s", [_region]),
}) if {
	count(models.wanted) > 0
	statuses := {value.worst({
		value.equals(value.at(endpoint, ["location"]), _region),
		project.own(value.at(endpoint, ["project"])),
	}) |
		some endpoint in models.endpoints
	}
}

_region := input.charter.cloud.region
