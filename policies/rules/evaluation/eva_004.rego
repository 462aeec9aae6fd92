# METADATA
# title: Enough cases are evaluated to show the limit
# description: |
#   With evaluation.min_cases a segment, a model whose true error is half the limit can be told from one that is
#   at the limit, at 95 % confidence (normal approximation of the binomial: n >= z^2 (1 - e) / e, e the half). With
#   fewer, luck decides. In development no case of a real person is decided.
# schemas:
#   - input: schema["input"]
# custom:
#   id: EVA-004
#   severity: high
#   group: evaluation
#   needs_charter: true
#   judges: stack
#   remediation: Raise evaluation.min_cases to the number in the message.
#   controls: ["EU AI Act Art. 15", "NIST AI RMF MEASURE 2.5"]
package lockgate.rules.evaluation.eva_004

import data.lockgate.lib.result
import data.lockgate.lib.value

_strictest := min({limit | some limit in input.charter.evaluation.max_error_by_segment})

_expected := _strictest * data.params.evaluation.expected_share_of_limit

_z := data.params.evaluation.confidence_z

_wanted := ceil(((_z * _z) * (1 - _expected)) / _expected) if _expected > 0

_cases := input.charter.evaluation.min_cases

findings contains result.on_stack("EVA-004", "pass", "development: no case of a real person is decided") if {
	input.charter.use_case.environment == "development"
}

findings contains result.on_stack("EVA-004", "fail", "a segment accepts no error at all, which no number of cases can show") if {
	input.charter.use_case.environment != "development"
	_strictest == 0
}

findings contains result.on_stack("EVA-004", status, message) if {
	input.charter.use_case.environment != "development"
	status := value.at_least(value.of(_cases), _wanted)
	message := sprintf("evaluation.min_cases is %d; to show an error below %v takes %d a segment", [_cases, _strictest, _wanted])
}
