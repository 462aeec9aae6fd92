# METADATA
# title: A day is set on which the sponsor decides again
# description: |
#   business.kpi.review_by lies ahead, and not further than a year: on that day the sponsor goes on or stops. After
#   it has passed, nobody has decided that the money is still well spent.
# schemas:
#   - input: schema["input"]
# custom:
#   id: BUS-004
#   severity: medium
#   group: business
#   needs_charter: true
#   judges: stack
#   remediation: Hold the review of the KPI, then set business.kpi.review_by to the day of the next one.
#   controls: ["NIST AI RMF MANAGE 1.1"]
package lockgate.rules.business.bus_004

import data.lockgate.lib.clock
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("BUS-004", status, message) if {
	day := input.charter.business.kpi.review_by
	ahead := clock.days_until(day)
	limit := data.params.business.max_days_to_review
	status := value.worst({value.at_least(value.of(ahead), 0), value.at_most(value.of(ahead), limit)})
	message := sprintf("business.kpi.review_by is %s, %v days ahead; 0 to %d are accepted", [day, ahead, limit])
}
