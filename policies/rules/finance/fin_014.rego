# METADATA
# title: The budget's provider names the project that answers for the call
# description: |
#   The billing API refuses a service account whose call names no project to be counted against: the deployment
#   then stops halfway, with everything but its budget.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-014
#   severity: medium
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Register the budget with a gcp.Provider with user_project_override=True and billing_project set to cloud.project.
#   controls: []
package lockgate.rules.finance.fin_014

import data.lockgate.lib.budget
import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.value

findings contains budget.say("FIN-014", watching, status, message) if {
	some watching in budget.all
	providers := plan.provider(watching)
	status := _status(providers)
	message := sprintf("%s; userProjectOverride and billingProject are wanted", [_shown(providers)])
}

_status([]) := "undetermined"

_status([provider]) := value.worst({
	value.equals(plan.setting(provider, "userProjectOverride"), true),
	_project(value.at(provider, ["billingProject"])),
})

_project(given) := value.equals(given, input.charter.cloud.project) if {
	charter.present
} else := value.matches(given, ".")

_shown([]) := "is registered with the default provider, whose settings no plan shows"

_shown([provider]) := sprintf("its provider %s has userProjectOverride %s, billingProject %s", [
	provider.name,
	value.show(plan.setting(provider, "userProjectOverride")),
	value.show(value.at(provider, ["billingProject"])),
])
