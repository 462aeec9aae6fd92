# METADATA
# title: A data protection impact assessment is on file
# description: |
#   Where personal data is processed, the assessment has a reference by which it can be found and an approval
#   that lies in the past and not too far in it: the risk it weighed is not the risk of three years later.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-003
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Give governance.dpia.reference as it is filed (a number or a link) and the day of its approval; have an old one reviewed.
#   controls: ["GDPR Art. 35"]
package lockgate.rules.governance.gov_003

import data.lockgate.lib.clock
import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("GOV-003", "pass", "no personal data, so none is needed") if {
	input.charter.data.personal == false
}

findings contains result.on_stack("GOV-003", status, message) if {
	input.charter.data.personal
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat(["impact assessment of the personal data"], sort(_faults)))
}

_faults contains "governance.dpia is missing" if not is_object(input.charter.governance.dpia)

_faults contains sprintf("governance.dpia.reference is %q, by which nothing can be found", [reference]) if {
	reference := input.charter.governance.dpia.reference
	not _findable(reference)
}

_faults contains sprintf("approved on %s, %v days before the judgement; 0 to %d are accepted", [day, age, limit]) if {
	day := input.charter.governance.dpia.approved_on
	age := clock.days_since(day)
	limit := data.params.governance.max_dpia_age_days
	not _in(age, 0, limit)
}

_findable(reference) if {
	regex.match(`[0-9]|://`, reference)
	not placeholder.hollow(reference)
}

_in(number, least, most) if {
	number >= least
	number <= most
}
