# METADATA
# title: What is let out to everybody leaves records that stay
# description: |
#   At stage general the audit logs are locked and a share of transcripts is kept, so that what went wrong for
#   somebody can be found out.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROL-003
#   severity: high
#   group: rollout
#   needs_charter: true
#   judges: stack
#   remediation: Set logging.locked to true and logging.transcript_sampling to 0.1 or more, or stay at stage limited.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.rollout.rol_003

import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("ROL-003", "pass", sprintf("stage is %s", [input.charter.rollout.stage])) if {
	input.charter.rollout.stage != "general"
}

findings contains result.on_stack("ROL-003", status, message) if {
	input.charter.rollout.stage == "general"
	kept := input.charter.logging.transcript_sampling
	wanted := data.params.rollout.min_general_sampling
	status := value.worst({value.equals(value.of(input.charter.logging.locked), true), value.at_least(value.of(kept), wanted)})
	message := sprintf("stage is general: logging.locked is %v (true is wanted), transcript_sampling %v (at least %v)", [
		input.charter.logging.locked,
		kept,
		wanted,
	])
}
