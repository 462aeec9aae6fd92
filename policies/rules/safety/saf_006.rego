# METADATA
# title: Vertex AI may use Model Armor
# description: |
#   The service agent of Vertex AI is there and has roles/modelarmor.user in the project. Without it the floor setting is
#   not applied to calls of Vertex AI.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SAF-006
#   severity: high
#   group: safety
#   needs_charter: true
#   judges: stack
#   remediation: Add the safety component, or a gcp.projects.IAMMember with roles/modelarmor.user for service-<project number>@gcp-sa-aiplatform.iam.gserviceaccount.com.
#   controls: []
package lockgate.rules.safety.saf_006

import data.lockgate.lib.agent
import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("SAF-006", statuses, {
	"pass": "Vertex AI may use Model Armor",
	"undetermined": "whether Vertex AI may use Model Armor is unknown until the deployment",
	"fail": sprintf("%s is not made or not given %s", [agent.email, data.params.safety.user_role]),
}) if {
	statuses := {value.worst({
		value.equals(grant.role, data.params.safety.user_role),
		value.equals(grant.member, _agent),
		project.own(value.at(resource, ["project"])),
		_always(resource),
		agent.made,
	}) |
		some resource in plan.of_any([
			"gcp:projects/iAMMember:IAMMember",
			"gcp:projects/iAMBinding:IAMBinding",
			"gcp:projects/iAMPolicy:IAMPolicy",
		])
		some grant in iam.grants(resource)
	}
}

_agent := sprintf("serviceAccount:%s", [agent.email])

# A grant under a condition holds now and then.
_always(resource) := "pass" if {
	value.at(resource, ["condition"]).state == "absent"
} else := "fail"
