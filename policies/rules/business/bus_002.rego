# METADATA
# title: The sponsor does not sign off the sponsored
# description: |
#   The sponsor, who wants the use case, is not the one who signs off its compliance or data governance, nor the
#   one who watches its spend; nor does the adoption owner sign off compliance.
# schemas:
#   - input: schema["input"]
# custom:
#   id: BUS-002
#   severity: medium
#   group: business
#   needs_charter: true
#   judges: stack
#   remediation: Name different mailboxes for business.sponsor, business.adoption_owner, governance.compliance_owner, governance.governance_owner and money.finops_owner.
#   controls: ["ISO/IEC 42001 A.3.2", "NIST AI RMF GOVERN 2.1"]
package lockgate.rules.business.bus_002

import data.lockgate.lib.result
import data.lockgate.lib.value

_wanting := {
	"business.sponsor": input.charter.business.sponsor,
	"business.adoption_owner": input.charter.business.adoption_owner,
}

_checking := {
	"governance.compliance_owner": input.charter.governance.compliance_owner,
	"governance.governance_owner": input.charter.governance.governance_owner,
	"money.finops_owner": input.charter.money.finops_owner,
}

_both := {sprintf("%s and %s are both %s", [wanting, checking, mailbox]) |
	some wanting, mailbox in _wanting
	some checking, other in _checking
	lower(mailbox) == lower(other)
}

findings contains result.on_stack("BUS-002", status, message) if {
	status := value.best({"pass" | count(_both) == 0})
	message := concat("; ", array.concat(["who wants the use case and who checks it"], sort(_both)))
}
