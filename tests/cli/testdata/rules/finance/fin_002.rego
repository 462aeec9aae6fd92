# METADATA
# title: The budget is not above the charter's limit
# description: What is spent is what was approved.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-002
#   severity: high
#   group: finance
#   needs_charter: true
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Set amount.specifiedAmount to the charter's money.monthly_limit.
#   controls: []
package lockgate.rules.finance.fin_002

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("FIN-002", budget, status, message) if {
	some budget in plan.of("gcp:billing/budget:Budget")
	units := value.at(budget, ["amount", "specifiedAmount", "units"])
	status := value.at_most(units, input.charter.money.monthly_limit)
	message := sprintf("amount is %s; the limit is %v", [value.show(units), input.charter.money.monthly_limit])
}
