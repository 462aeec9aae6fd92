# METADATA
# title: The budget speaks at each of the charter's thresholds of actual spend
# description: |
#   Finance is told when spend passes each share of the limit that the charter names, and at the latest when
#   the limit is reached.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-005
#   severity: high
#   group: finance
#   needs_charter: true
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Add a thresholdRules entry with spendBasis CURRENT_SPEND and thresholdPercent percent/100 for each of the charter's money.thresholds, one of them at most 1.0.
#   controls: []
package lockgate.rules.finance.fin_005

import data.lockgate.lib.budget
import data.lockgate.lib.value

_wanted := {threshold.percent | some threshold in input.charter.money.thresholds; threshold.basis == "current"}

findings contains budget.say("FIN-005", watching, status, message) if {
	some watching in budget.all
	thresholds := budget.thresholds(watching, "CURRENT_SPEND")
	limit := data.params.finance.max_alert_percent
	in_time := value.best({value.at_most(threshold, limit) | some threshold in thresholds})
	status := value.worst({budget.among(percent, thresholds) | some percent in _wanted} | {in_time})
	message := sprintf("alerts on actual spend at %s; the charter wants %s, one of them at or below %v", [
		budget.told(thresholds),
		concat(", ", [sprintf("%v", [percent]) | some percent in sort(_wanted)]),
		limit,
	])
}
