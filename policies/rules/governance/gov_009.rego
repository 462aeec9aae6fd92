# METADATA
# title: What is of class high keeps its logs for half a year
# description: |
#   Logs of a use case of class high are kept for at least six months (EU AI Act Art. 19(1), 26(6)). Development
#   is outside of the Act until the system is put into service (Art. 2(8)).
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-009
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Set logging.retention_days to 183 or more.
#   controls: ["EU AI Act Art. 19", "EU AI Act Art. 26"]
package lockgate.rules.governance.gov_009

import data.lockgate.lib.result
import data.lockgate.lib.value

_applies if {
	input.charter.governance.ai_act_class == "high"
	input.charter.use_case.environment != "development"
}

findings contains result.on_stack("GOV-009", "pass", "not of class high, or not in service") if not _applies

findings contains result.on_stack("GOV-009", status, message) if {
	_applies
	days := input.charter.logging.retention_days
	wanted := data.params.governance.min_high_log_days
	status := value.at_least(value.of(days), wanted)
	message := sprintf("class high, and logging.retention_days is %d; at least %d are wanted", [days, wanted])
}
