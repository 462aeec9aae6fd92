# METADATA
# title: No segment's limit is looser than the loosest tier
# description: |
#   A segment holds cases of all tiers, so its error may be at most what the least risky tier accepts. Otherwise
#   an evaluation passes that the risk section forbids. In development no case of a real person is decided.
# schemas:
#   - input: schema["input"]
# custom:
#   id: EVA-002
#   severity: high
#   group: evaluation
#   needs_charter: true
#   judges: stack
#   remediation: Lower the segment's limit in evaluation.max_error_by_segment to at most the largest risk.*.max_error.
#   controls: ["EU AI Act Art. 15", "NIST AI RMF MEASURE 2.5"]
package lockgate.rules.evaluation.eva_002

import data.lockgate.lib.charter
import data.lockgate.lib.result
import data.lockgate.lib.value

_loosest := max({input.charter.risk[tier].max_error | some tier in charter.tiers})

_looser := [sprintf("%s accepts %v", [segment, limit]) |
	some segment, limit in input.charter.evaluation.max_error_by_segment
	limit > _loosest
]

findings contains result.on_stack("EVA-002", "pass", "development: no case of a real person is decided") if {
	input.charter.use_case.environment == "development"
}

findings contains result.on_stack("EVA-002", status, message) if {
	input.charter.use_case.environment != "development"
	status := value.best({"pass" | count(_looser) == 0})
	message := concat("; ", array.concat([sprintf("the loosest tier accepts an error of %v", [_loosest])], _looser))
}
