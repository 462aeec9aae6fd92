# METADATA
# title: Each segment checked for bias has a limit
# description: |
#   Every segment in governance.bias_segments has its own largest acceptable error. A good average hides a bad
#   segment.
# schemas:
#   - input: schema["input"]
# custom:
#   id: EVA-001
#   severity: high
#   group: evaluation
#   needs_charter: true
#   judges: stack
#   remediation: Add the segment to evaluation.max_error_by_segment.
#   controls: ["EU AI Act Art. 10", "NIST AI RMF MEASURE 2.11"]
package lockgate.rules.evaluation.eva_001

import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("EVA-001", status, message) if {
	limits := object.keys(input.charter.evaluation.max_error_by_segment)
	missing := {segment | some segment in input.charter.governance.bias_segments} - limits
	status := value.best({"pass" | count(missing) == 0})
	without := [sprintf("%s has none", [segment]) | some segment in sort(missing)]
	message := concat("; ", array.concat(["each bias segment has a limit of its own" | count(missing) == 0], without))
}
