# METADATA
# title: The budget speaks on forecast spend
# description: |
#   Finance is told when Google's forecast for the month passes the limit. Actual spend reaches a budget up to a
#   day late; the forecast is the only alert that comes before the money is gone.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-006
#   severity: high
#   group: finance
#   needs_charter: true
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Add a thresholdRules entry with spendBasis FORECASTED_SPEND for each of the charter's money.thresholds with basis forecast; name at least one there.
#   controls: []
package lockgate.rules.finance.fin_006

import data.lockgate.lib.budget
import data.lockgate.lib.value

_wanted := {threshold.percent | some threshold in input.charter.money.thresholds; threshold.basis == "forecast"}

findings contains budget.say("FIN-006", watching, status, message) if {
	some watching in budget.all
	thresholds := budget.thresholds(watching, "FORECASTED_SPEND")
	some_wanted := value.best({"pass" | count(_wanted) > 0})
	status := value.worst({budget.among(percent, thresholds) | some percent in _wanted} | {some_wanted})
	message := sprintf("alerts on forecast spend at %s; the charter wants %s, at least one", [
		budget.told(thresholds),
		concat(", ", [sprintf("%v", [percent]) | some percent in sort(_wanted)]),
	])
}
