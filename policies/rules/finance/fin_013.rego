# METADATA
# title: Whoever spends cannot raise the budget
# description: |
#   Only users of the billing account may change the budget. By default whoever owns the project may as well, so
#   those whose spend is bounded hold the bound.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-013
#   severity: medium
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Set ownershipScope to BILLING_ACCOUNT.
#   controls: []
package lockgate.rules.finance.fin_013

import data.lockgate.lib.budget
import data.lockgate.lib.value

# Google Cloud Billing Budget API v1, OwnershipScope: unspecified is the same as ALL_USERS.
findings contains budget.say("FIN-013", watching, status, message) if {
	some watching in budget.all
	scope := value.at(watching, ["ownershipScope"])
	status := value.equals(scope, "BILLING_ACCOUNT")
	message := sprintf("ownershipScope is %s; BILLING_ACCOUNT is wanted", [value.show(scope)])
}
