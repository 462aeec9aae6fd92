# METADATA
# title: Bias is looked for where it harms
# description: |
#   Where the use case is of class high or processes personal data, the error of at least two segments is
#   compared: in one segment alone no bias can be seen.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-007
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Name in governance.bias_segments the groups whose errors are compared, and give each a limit in evaluation.max_error_by_segment.
#   controls: ["EU AI Act Art. 10", "NIST AI RMF MEASURE 2.11"]
package lockgate.rules.governance.gov_007

import data.lockgate.lib.result
import data.lockgate.lib.value

_needed if input.charter.governance.ai_act_class == "high"

_needed if input.charter.data.personal

_wanted := data.params.governance.min_bias_segments if _needed

default _wanted := 0

findings contains result.on_stack("GOV-007", status, message) if {
	segments := input.charter.governance.bias_segments
	status := value.at_least(value.of(count(segments)), _wanted)
	message := sprintf("%d segments are compared for bias; at least %d are wanted", [count(segments), _wanted])
}
