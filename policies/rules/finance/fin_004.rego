# METADATA
# title: Credits do not hide spend
# description: |
#   A budget counts spend before credits. Google's default subtracts promotions, trials and discounts: the
#   budget then stays near zero while a stack burns its credits, and the limit is passed on the day they end.
#   Counting before credits overstates the invoice and so tells finance early, which is the safe side.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-004
#   severity: high
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Set budgetFilter.creditTypesTreatment to EXCLUDE_ALL_CREDITS.
#   controls: []
package lockgate.rules.finance.fin_004

import data.lockgate.lib.budget
import data.lockgate.lib.value

findings contains budget.say("FIN-004", watching, status, message) if {
	some watching in budget.all
	treatment := value.at(watching, ["budgetFilter", "creditTypesTreatment"])
	status := value.equals(treatment, "EXCLUDE_ALL_CREDITS")
	message := sprintf(
		"creditTypesTreatment is %s; EXCLUDE_ALL_CREDITS is wanted, the default subtracts all credits",
		[value.show(treatment)],
	)
}
