# METADATA
# title: The KPI justifies the budget
# description: |
#   What the promised improvement is worth in a month covers the monthly limit: the improvement times
#   value_per_unit, times the cases of a month where value_per_unit is for a case (kpi.per).
# schemas:
#   - input: schema["input"]
# custom:
#   id: BUS-005
#   severity: high
#   group: business
#   needs_charter: true
#   judges: stack
#   remediation: Lower money.monthly_limit, or correct business.kpi and business.scaling.cases_per_day with the sponsor.
#   controls: ["NIST AI RMF MAP 1.4"]
package lockgate.rules.business.bus_005

import data.lockgate.lib.result
import data.lockgate.lib.value

_kpi := input.charter.business.kpi

_times := {
	"case": input.charter.business.scaling.cases_per_day * data.params.business.days_a_month,
	"month": 1,
}

findings contains result.on_stack("BUS-005", status, message) if {
	money := input.charter.money
	worth := (abs(_kpi.target - _kpi.baseline) * _kpi.value_per_unit) * _times[_kpi.per]
	wanted := money.monthly_limit * data.params.business.min_value_per_limit
	status := value.at_least(value.of(worth), wanted)
	message := sprintf("the promised improvement is worth %v %s a month; the monthly limit asks for %v", [
		round(worth),
		money.currency,
		wanted,
	])
}
