# METADATA
# title: Personal data has a lawful basis
# description: |
#   Where personal data is processed, the charter names one of the six bases of GDPR Art. 6(1).
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-002
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Set governance.lawful_basis to the basis that the data protection officer has confirmed.
#   controls: ["GDPR Art. 6"]
package lockgate.rules.governance.gov_002

import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("GOV-002", status, message) if {
	basis := input.charter.governance.lawful_basis
	status := value.best({"pass" | input.charter.data.personal == false} | {"pass" | basis != "none"})
	message := sprintf("personal data: %v; lawful basis: %s", [input.charter.data.personal, basis])
}
