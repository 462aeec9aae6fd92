# METADATA
# title: A floor setting screens what goes around the router
# description: |
#   The project has a Model Armor floor setting. Vertex AI applies it to every call, also of a notebook, a script or a
#   program that was deployed by hand and knows nothing of a template.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SAF-003
#   severity: high
#   group: safety
#   needs_charter: true
#   judges: stack
#   remediation: Add the safety component, or a gcp.modelarmor.Floorsetting with parent projects/<project> and location global.
#   controls: ["EU AI Act Art. 15"]
package lockgate.rules.safety.saf_003

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("SAF-003", statuses, {
	"pass": "the project has a floor setting",
	"undetermined": "whether the project has a floor setting is unknown until the deployment",
	"fail": "the project has no floor setting",
}) if {
	statuses := {value.one_of(value.at(floor, ["parent"]), project.spellings) |
		some floor in plan.of("gcp:modelarmor/floorsetting:Floorsetting")
	}
}
