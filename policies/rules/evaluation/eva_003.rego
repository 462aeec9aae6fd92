# METADATA
# title: The riskier the tier, the smaller the error it accepts
# description: |
#   Each tier's max_error is above zero, within the company's bound for that tier, and not above that of a less
#   risky tier.
# schemas:
#   - input: schema["input"]
# custom:
#   id: EVA-003
#   severity: high
#   group: evaluation
#   needs_charter: true
#   judges: stack
#   remediation: Lower risk.<tier>.max_error, or have the company's bound in policies/data/evaluation.json changed by who answers for it.
#   controls: ["EU AI Act Art. 15", "NIST AI RMF MAP 1.5"]
package lockgate.rules.evaluation.eva_003

import data.lockgate.lib.charter
import data.lockgate.lib.result
import data.lockgate.lib.value

_order := ["high", "medium", "low"]

_present := [tier | some tier in _order; tier in charter.tiers]

_faults contains sprintf("risk.%s.max_error is %v; above 0 and at most %v is accepted", [tier, error, bound]) if {
	some tier in _present
	error := input.charter.risk[tier].max_error
	bound := data.params.evaluation.max_error_by_tier[tier]
	not _within(error, bound)
}

_faults contains sprintf("risk.%s.max_error is above that of %s", [_present[i], _present[i + 1]]) if {
	some i in numbers.range(0, count(_present) - 2)
	input.charter.risk[_present[i]].max_error > input.charter.risk[_present[i + 1]].max_error
}

_within(error, bound) if {
	error > 0
	error <= bound
}

findings contains result.on_stack("EVA-003", status, message) if {
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat([sprintf("errors that %s accept", [concat(", ", _present)])], sort(_faults)))
}
