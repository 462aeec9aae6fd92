# METADATA
# title: A person can contest an output
# description: |
#   The charter says who may contest an output, where they write, and that a person answers within a month, the
#   time that GDPR Art. 12(3) gives.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-006
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Fill in governance.contest with a mailbox that is read, and at most 31 days to answer.
#   controls: ["GDPR Art. 12", "GDPR Art. 22"]
package lockgate.rules.governance.gov_006

import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

_contest := input.charter.governance.contest

_faults := placeholder.found(_contest, "governance.contest") | _late

_late := {sprintf("governance.contest.days_to_answer is %d; at most %d are accepted", [_contest.days_to_answer, limit]) |
	limit := data.params.governance.max_days_to_answer
	_contest.days_to_answer > limit
}

findings contains result.on_stack("GOV-006", status, message) if {
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat(["how an output is contested"], sort(_faults)))
}
