# METADATA
# title: The router has an objective
# description: |
#   A service-level objective of the plan says which share of the cases is answered without the fallback, at least 95 per
#   cent over at most 30 days, on a service of the plan. Without one nobody can say whether a bad week was too bad.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-012
#   severity: medium
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or a gcp.monitoring.Slo on a service of the stack whose bad events are the fallbacks and whose total are the cases.
#   controls: []
package lockgate.rules.observability.obs_012

import data.lockgate.lib.alert
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_ratio := ["requestBasedSli", "goodTotalRatio"]

findings contains result.any_of("OBS-012", {_status(slo) | some slo in plan.of("gcp:monitoring/slo:Slo")}, {
	"pass": "an objective says which share of the cases is answered without the fallback",
	"undetermined": "what the objective is about is unknown until the deployment",
	"fail": sprintf("no objective demands that %v of the cases over at most %d days are answered without the fallback", [
		data.params.observability.min_slo_goal,
		data.params.observability.max_slo_days,
	]),
})

_status(slo) := value.worst({
	value.at_least(value.at(slo, ["goal"]), data.params.observability.min_slo_goal),
	_period(slo),
	_of_plan(slo, value.at(slo, ["service"])),
	_counts(value.at(slo, array.concat(_ratio, ["badServiceFilter"])), "fallbacks"),
	_counts(value.at(slo, array.concat(_ratio, ["totalServiceFilter"])), "cases"),
})

_period(slo) := "pass" if {
	value.at(slo, ["calendarPeriod"]).state == "known"
} else := value.at_most(value.at(slo, ["rollingPeriodDays"]), data.params.observability.max_slo_days)

_types := ["gcp:monitoring/customService:CustomService", "gcp:monitoring/genericService:GenericService"]

_ids contains value.at(service, ["serviceId"]).value if some service in plan.of_any(_types)

_of_plan(slo, named) := "pass" if {
	named.value in _ids
} else := "pass" if {
	named.state == "unknown"
	some type in _types
	count(plan.referred(slo, "service", type)) > 0
} else := value.one_of(named, [])

_counts(filter, signal) := value.verdict(filter, {signal | signal in alert.shown(item.text(filter))})
