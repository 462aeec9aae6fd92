# METADATA
# title: An output can be explained
# description: |
#   The charter says how an output is explained to the person it concerns, in words that somebody can act on.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-005
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Say in governance.explanation which facts the person is told, where, and by whom.
#   controls: ["EU AI Act Art. 86", "GDPR Art. 13"]
package lockgate.rules.governance.gov_005

import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

_explanation := input.charter.governance.explanation

_faults contains sprintf("governance.explanation is %q", [_explanation]) if placeholder.hollow(_explanation)

_faults contains sprintf("governance.explanation is only %q", [_explanation]) if placeholder.too_short(_explanation)

findings contains result.on_stack("GOV-005", status, message) if {
	status := value.best({"pass" | count(_faults) == 0})
	message := concat("; ", array.concat(["how an output is explained"], sort(_faults)))
}
