# METADATA
# title: The pilot may burn a sum that bounds it
# description: |
#   money.pilot_burn_limit is at least one month at the limit, else the pilot cannot run that long, and not more
#   than a year of it, else it bounds nothing.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-018
#   severity: medium
#   group: finance
#   needs_charter: true
#   judges: stack
#   remediation: Set money.pilot_burn_limit to the months until the KPI review times money.monthly_limit.
#   controls: []
package lockgate.rules.finance.fin_018

import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("FIN-018", status, message) if {
	money := input.charter.money
	months := value.of(round((money.pilot_burn_limit * 100) / money.monthly_limit) / 100)
	limit := data.params.finance.max_pilot_months
	status := value.worst({value.at_least(months, 1), value.at_most(months, limit)})
	message := sprintf("money.pilot_burn_limit is %s months of money.monthly_limit; 1 to %d are accepted", [value.show(months), limit])
}
