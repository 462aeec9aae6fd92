# METADATA
# title: The use case acts only as far as its risks allow
# description: |
#   A use case that acts without a person has low cases only; one that acts with review sends some tier to a
#   person. The words of the charter and its routes say the same.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROL-002
#   severity: critical
#   group: rollout
#   needs_charter: true
#   judges: stack
#   remediation: Lower use_case.autonomy, or send a tier to a person (routing.<tier>.action manual-review).
#   controls: ["EU AI Act Art. 14", "NIST AI RMF MAP 3.5"]
package lockgate.rules.rollout.rol_002

import data.lockgate.lib.charter
import data.lockgate.lib.result
import data.lockgate.lib.value

_autonomy := input.charter.use_case.autonomy

_faults contains sprintf("it acts alone on %s cases", [concat(" and ", risky)]) if {
	_autonomy == "acts"
	risky := charter.tiers & {"high", "medium"}
	count(risky) > 0
}

_faults contains "it acts with review, but no route leads to a person" if {
	_autonomy == "acts-with-review"
	actions := {input.charter.routing[tier].action | some tier in charter.tiers}
	not "manual-review" in actions
}

findings contains result.on_stack("ROL-002", status, message) if {
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat([sprintf("use_case.autonomy is %s", [_autonomy])], sort(_faults)))
}
