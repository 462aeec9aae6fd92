# METADATA
# title: Budgets
# description: Which of a plan's budgets answer for the project, and the topics they speak to.
package lockgate.lib.budget

import data.lockgate.lib.charter
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

# METADATA
# description: The type of a budget.
type := "gcp:billing/budget:Budget"

# METADATA
# description: All budgets of the plan.
all := plan.of(type)

# METADATA
# description: |
#   pass when a budget filters by the charter's project and by no other; without a charter, by exactly one
#   project. Without a filter it watches the whole billing account, where one project's spend drowns.
watches(budget) := value.worst({_watched(project) | some project in _projects(budget)}) if {
	count(_projects(budget)) == 1
} else := "fail"

_projects(budget) := value.items(value.at(budget, ["budgetFilter", "projects"]))

_watched(project) := value.equals(project, sprintf("projects/%s", [input.charter.cloud.project_number])) if {
	charter.present
} else := value.matches(project, `^projects/[0-9]+$`)

# METADATA
# description: The filters by which spend of the project escapes a budget.
narrowed_by(budget) := {key |
	some key in ["services", "labels", "subaccounts", "resourceAncestors"]
	filter := value.at(budget, ["budgetFilter", key])
	not _empty(filter)
}

_empty(filter) if filter.state == "absent"

_empty(filter) if filter.value in [[], {}]

# METADATA
# description: Whether a budget answers for all of the project's spend, as far as is known.
answers(budget) if {
	watches(budget) != "fail"
	count(narrowed_by(budget)) == 0
}

# METADATA
# description: What a rule says of a budget; a budget of something else than the whole project is left alone.
say(rule, budget, status, message) := result.of(rule, budget, status, message) if {
	answers(budget)
} else := result.of(rule, budget, "skipped", "watches something else than all spend of the charter's project")

# METADATA
# description: The topics of the plan to which a budget speaks, or may speak.
topics(budget) := plan.named(budget, ["allUpdatesRule", "pubsubTopic"], "gcp:pubsub/topic:Topic")

# METADATA
# description: The thresholds of a budget on actual or forecast spend, in per cent of its amount, each a value.
thresholds(budget, basis) := [_percent(rule) |
	some rule in value.items(value.at(budget, ["thresholdRules"]))
	_basis(rule) in {basis, "unknown"}
]

# Google Cloud Billing Budget API v1, ThresholdRule: without a basis, current spend is meant.
_basis(rule) := basis.value if {
	basis := item.part(rule, "spendBasis")
	basis.state == "known"
} else := "CURRENT_SPEND" if {
	rule.state == "known"
	item.part(rule, "spendBasis").state == "absent"
} else := "unknown"

_percent(rule) := {"state": "known", "value": round(share.value * 10000) / 100} if {
	_basis(rule) != "unknown"
	share := value.number(item.part(rule, "thresholdPercent"))
	share.state == "known"
} else := {"state": "unknown"}

# METADATA
# description: pass when a percentage is among some thresholds; undetermined when one of them is not known.
among(percent, thresholds) := value.best({value.equals(threshold, percent) | some threshold in thresholds})

# METADATA
# description: Some thresholds as a reader sees them in a message.
told(thresholds) := "nothing" if {
	count(thresholds) == 0
} else := sprintf("%s %%", [concat(", ", [value.show(threshold) | some threshold in thresholds])])
