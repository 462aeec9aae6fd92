# METADATA
# title: A budget watches the project
# description: |
#   A billing budget exists for all spend of the charter's project, on the billing account that pays for it.
#   Google bills a project that nobody watches as gladly as one that somebody does: without a budget, or with
#   one that sees only a part, nobody is told before the invoice.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-001
#   severity: critical
#   group: finance
#   needs_charter: false
#   judges: stack
#   remediation: Add the budget component, or a gcp.billing.Budget on the billing account, with budgetFilter.projects [projects/<number>] and no other filter.
#   controls: []
package lockgate.rules.finance.fin_001

import data.lockgate.lib.budget
import data.lockgate.lib.charter
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("FIN-001", {_status(watching) | some watching in budget.all}, _messages)

_messages["pass"] := "a budget watches all spend of the project"

_messages["undetermined"] := "no budget is known to watch the project: what it filters by is unknown until the deployment"

_messages["fail"] := sprintf("no budget watches all spend of the project: %s", [concat("; ", faults)]) if {
	faults := {sprintf("%s %s", [watching.name, fault]) | some watching in budget.all; some fault in _faults(watching)}
	count(faults) > 0
} else := "no budget watches the project: the plan holds none"

_status(watching) := "fail" if {
	count(budget.narrowed_by(watching)) > 0
} else := value.worst({budget.watches(watching), _account(watching)})

_account(watching) := value.one_of(value.at(watching, ["billingAccount"]), _accounts) if {
	charter.present
} else := value.given(watching, ["billingAccount"])

_accounts := {input.charter.cloud.billing_account, sprintf("billingAccounts/%s", [input.charter.cloud.billing_account])}

_faults(watching) := (narrowed | scattered) | elsewhere if {
	narrowed := {sprintf("sees only a part of it (budgetFilter.%s)", [key]) | some key in budget.narrowed_by(watching)}
	scattered := {"does not filter by this project alone" | budget.watches(watching) == "fail"}
	account := value.show(value.at(watching, ["billingAccount"]))
	elsewhere := {sprintf("is on billing account %s", [account]) | _account(watching) == "fail"}
}
