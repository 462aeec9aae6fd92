# METADATA
# title: The stack does not reach for the billing account
# description: |
#   The project stays on the charter's billing account, and the stack grants nobody rights on that account beyond
#   reading. On another account no budget of this plan sees the spend; without one, Google may delete what the
#   project holds; and who may administer the account may remove every budget.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-020
#   severity: critical
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/projectInfo:ProjectInfo", "gcp:billing/accountIamMember:AccountIamMember", "gcp:billing/accountIamBinding:AccountIamBinding", "gcp:billing/accountIamPolicy:AccountIamPolicy"]
#   remediation: Remove the resource. Rights on a billing account are given by who owns the account, not by a stack.
#   controls: []
package lockgate.rules.finance.fin_020

import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_project_info := "gcp:billing/projectInfo:ProjectInfo"

_grants := [
	"gcp:billing/accountIamMember:AccountIamMember",
	"gcp:billing/accountIamBinding:AccountIamBinding",
	"gcp:billing/accountIamPolicy:AccountIamPolicy",
]

findings contains result.of("FIN-020", info, status, message) if {
	some info in plan.of(_project_info)
	account := value.at(info, ["billingAccount"])
	status := _stays(account)
	message := sprintf("links the project to billing account %s", [value.show(account)])
}

findings contains result.of("FIN-020", grant, status, message) if {
	some grant in plan.of_any(_grants)
	role := value.at(grant, ["role"])
	status := value.one_of(role, {allowed | some allowed in data.params.finance.billing_account_roles})
	message := sprintf("grants %s on a billing account", [value.show(role)])
}

_stays(account) := value.equals(account, input.charter.cloud.billing_account) if {
	charter.present
} else := value.matches(account, ".")
