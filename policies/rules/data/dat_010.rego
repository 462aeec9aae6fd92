# METADATA
# title: De-identification leaves nothing readable
# description: |
#   Each de-identification template replaces every masked field, wholly, by a mark, a hash or a surrogate. A mask that
#   leaves the last four digits of an account leaves the account.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-010
#   severity: high
#   group: data
#   needs_charter: true
#   judges: ["gcp:dataloss/preventionDeidentifyTemplate:PreventionDeidentifyTemplate"]
#   remediation: Give each kind a primitiveTransformation of replaceWithInfoTypeConfig, redactConfig, replaceConfig or a cryptographic one; mask characters only without numberToMask and charactersToIgnores.
#   controls: ["GDPR Art. 25"]
package lockgate.rules.data.dat_010

import data.lockgate.lib.masking
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-010", template, status, message) if {
	some template in masking.deidentifications
	kinds := {kind: masking.replaces(template, kind) | some kind in masking.all_kinds}
	status := value.worst({kind_status | some kind_status in kinds})
	message := sprintf("%s%s", [_said[status], concat(", ", sort({kind |
		some kind, kind_status in kinds
		kind_status == status
		status != "pass"
	}))])
}

_said := {
	"pass": "it replaces what the charter masks",
	"undetermined": "unknown until the deployment: ",
	"fail": "it leaves readable: ",
}
