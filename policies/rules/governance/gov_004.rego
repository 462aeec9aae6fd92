# METADATA
# title: Special categories of data are taken seriously
# description: |
#   Where health data or the like is processed, the assessment of the AI Act class cannot come out at minimal,
#   a use case with a high tier is of class high, no output is decided by a machine alone, and fields are masked.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-004
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Correct governance.ai_act_class, use_case.autonomy or data.masked_fields; or keep such data out and set data.special_categories to false.
#   controls: ["GDPR Art. 9", "GDPR Art. 22", "EU AI Act Art. 6"]
package lockgate.rules.governance.gov_004

import data.lockgate.lib.charter
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("GOV-004", "pass", "no special categories of data") if {
	input.charter.data.special_categories == false
}

findings contains result.on_stack("GOV-004", status, message) if {
	input.charter.data.special_categories
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat(["special categories of data (GDPR Art. 9)"], sort(_faults)))
}

_faults contains "governance.ai_act_class is minimal" if input.charter.governance.ai_act_class == "minimal"

_faults contains sprintf("governance.ai_act_class is %s, but there is a high tier", [class]) if {
	class := input.charter.governance.ai_act_class
	class != "high"
	"high" in charter.tiers
}

_faults contains "use_case.autonomy is acts" if input.charter.use_case.autonomy == "acts"

_faults contains "data.masked_fields is empty" if count(input.charter.data.masked_fields) == 0
