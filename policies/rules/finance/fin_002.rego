# METADATA
# title: The budget is not above the charter's limit
# description: |
#   Each budget's amount is a fixed amount in the charter's currency and not above money.monthly_limit. A
#   budget set to last month's spend grows with the spend it is meant to bound.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-002
#   severity: critical
#   group: finance
#   needs_charter: true
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Set amount.specifiedAmount to the charter's money.monthly_limit and money.currency, or raise the limit with the sponsor.
#   controls: []
package lockgate.rules.finance.fin_002

import data.lockgate.lib.budget
import data.lockgate.lib.value

findings contains budget.say("FIN-002", watching, status, message) if {
	some watching in budget.all
	units := value.at(watching, ["amount", "specifiedAmount", "units"])
	nanos := value.at(watching, ["amount", "specifiedAmount", "nanos"])
	currency := value.at(watching, ["amount", "specifiedAmount", "currencyCode"])
	money := input.charter.money
	status := value.worst({
		value.at_least(units, 1),
		value.at_most(units, money.monthly_limit),
		_whole(nanos),
		value.equals(currency, money.currency),
	})
	message := sprintf(
		"amount is %s %s; the charter's monthly limit is %v %s",
		[value.show(units), value.show(currency), money.monthly_limit, money.currency],
	)
}

# Billionths of a unit (google.type.Money) on top of the units: a limit is not exceeded by a fraction either.
_whole(nanos) := "pass" if {
	nanos.state == "absent"
} else := value.at_most(nanos, 0)
