# METADATA
# title: The budget starts anew each month
# description: |
#   A budget counts calendar months, as the charter's limit does. Over a quarter or a custom period the same
#   amount is reached months later, and a custom period ends for good.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-003
#   severity: high
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Set budgetFilter.calendarPeriod to MONTH and remove budgetFilter.customPeriod.
#   controls: []
package lockgate.rules.finance.fin_003

import data.lockgate.lib.budget
import data.lockgate.lib.value

findings contains budget.say("FIN-003", watching, status, message) if {
	some watching in budget.all
	period := value.at(watching, ["budgetFilter", "calendarPeriod"])
	custom := value.at(watching, ["budgetFilter", "customPeriod"])
	status := value.worst({_monthly(period), _unset(custom)})
	message := sprintf("calendarPeriod is %s, customPeriod is %s; MONTH alone is wanted, and is the default", [
		value.show(period),
		custom.state,
	])
}

# Google Cloud Billing Budget API v1, Filter: without a period, the calendar month is meant.
_monthly(period) := "pass" if {
	period.state == "absent"
} else := value.equals(period, "MONTH")

_unset(custom) := "pass" if {
	custom.state == "absent"
} else := value.equals(custom, {})
