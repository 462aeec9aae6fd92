# METADATA
# title: A pilot ends
# description: |
#   A pilot is decided on within seven months: at its KPI review it is let out or stopped. A pilot without an end
#   is production without its duties.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROL-004
#   severity: medium
#   group: rollout
#   needs_charter: true
#   judges: stack
#   remediation: Set business.kpi.review_by to the day on which the pilot is decided on.
#   controls: ["NIST AI RMF MANAGE 1.1"]
package lockgate.rules.rollout.rol_004

import data.lockgate.lib.clock
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("ROL-004", "pass", sprintf("stage is %s", [input.charter.rollout.stage])) if {
	input.charter.rollout.stage != "pilot"
}

findings contains result.on_stack("ROL-004", status, message) if {
	input.charter.rollout.stage == "pilot"
	ahead := clock.days_until(input.charter.business.kpi.review_by)
	limit := data.params.rollout.max_pilot_days
	status := value.at_most(value.of(ahead), limit)
	message := sprintf("the pilot is decided on in %v days; at most %d are accepted", [ahead, limit])
}
