# METADATA
# title: A person oversees what is of class high
# description: |
#   A use case of class high under the EU AI Act does not act by itself, and high cases go to a person.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-008
#   severity: critical
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Set use_case.autonomy to advises or acts-with-review, and routing.high.action to manual-review.
#   controls: ["EU AI Act Art. 14"]
package lockgate.rules.governance.gov_008

import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("GOV-008", "pass", sprintf("the AI Act class is %s", [class])) if {
	class := input.charter.governance.ai_act_class
	class != "high"
}

findings contains result.on_stack("GOV-008", status, message) if {
	input.charter.governance.ai_act_class == "high"
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat(["the AI Act class is high"], sort(_faults)))
}

_faults contains "use_case.autonomy is acts: no person decides anything" if input.charter.use_case.autonomy == "acts"

_faults contains sprintf("routing.high.action is %s", [action]) if {
	action := input.charter.routing.high.action
	action != "manual-review"
}
