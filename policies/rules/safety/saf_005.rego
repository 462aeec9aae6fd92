# METADATA
# title: Screening masks personal data
# description: |
#   Where the charter masks fields, each Model Armor template uses an inspection and a de-identification template of the
#   plan: what is found is replaced before a model sees it. Without them Model Armor looks for credentials and card
#   numbers only.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SAF-005
#   severity: critical
#   group: safety
#   needs_charter: true
#   judges: ["gcp:modelarmor/template:Template"]
#   remediation: Set filterConfig.sdpSettings.advancedConfig.inspectTemplate and deidentifyTemplate to templates of gcp.dataloss in the plan.
#   controls: ["GDPR Art. 25"]
package lockgate.rules.safety.saf_005

import data.lockgate.lib.masking
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("SAF-005", template, status, _messages[status]) if {
	some template in plan.of("gcp:modelarmor/template:Template")
	status := _status(template)
}

_messages := {
	"pass": "it masks what the charter masks",
	"undetermined": "which templates it masks with is unknown until the deployment",
	"fail": "it does not use an inspection and a de-identification template of the plan",
}

_status(_) := "pass" if {
	not masking.wanted
}

_status(template) := value.worst({
	masking.uses(template, "inspectTemplate", masking.inspections),
	masking.uses(template, "deidentifyTemplate", masking.deidentifications),
}) if {
	masking.wanted
}
