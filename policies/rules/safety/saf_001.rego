# METADATA
# title: A Model Armor template screens prompts and answers
# description: |
#   A template exists in the charter's region, for the router to send each prompt and each answer through before anything
#   acts on it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SAF-001
#   severity: critical
#   group: safety
#   needs_charter: true
#   judges: stack
#   remediation: Add the safety component, or a gcp.modelarmor.Template with location cloud.region.
#   controls: ["EU AI Act Art. 15"]
package lockgate.rules.safety.saf_001

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("SAF-001", statuses, {
	"pass": sprintf("a Model Armor template is planned in %s", [_region]),
	"undetermined": sprintf("no Model Armor template is known to be planned in %s until the deployment", [_region]),
	"fail": sprintf("no Model Armor template is planned in %s", [_region]),
}) if {
	statuses := {value.worst({
		value.equals(value.at(template, ["location"]), _region),
		project.own(value.at(template, ["project"])),
	}) |
		some template in plan.of("gcp:modelarmor/template:Template")
	}
}

_region := input.charter.cloud.region
