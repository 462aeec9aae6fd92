# METADATA
# title: Somebody signs off compliance and data governance
# description: |
#   The owners of compliance and of data governance are the mailboxes of roles that exist, not placeholders.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-001
#   severity: high
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Name governance.compliance_owner and governance.governance_owner by the mailboxes of their roles.
#   controls: ["ISO/IEC 42001 A.3.2", "NIST AI RMF GOVERN 2.1"]
package lockgate.rules.governance.gov_001

import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

_owners := {
	"compliance_owner": input.charter.governance.compliance_owner,
	"governance_owner": input.charter.governance.governance_owner,
}

findings contains result.on_stack("GOV-001", status, message) if {
	faults := placeholder.found(_owners, "governance")
	status := value.best({"pass" | count(faults) == 0})
	message := concat("; ", array.concat(["who signs off compliance and data governance"], sort(faults)))
}
