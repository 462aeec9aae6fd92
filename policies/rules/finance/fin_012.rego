# METADATA
# title: The budget cannot be deleted by mistake
# description: |
#   The budget is protected: a program that drops it, by a typing error or by intent, fails instead of deleting the
#   only thing that watches the spend.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-012
#   severity: medium
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Register the budget with protect=True, or set deletionPolicy to PREVENT.
#   controls: []
package lockgate.rules.finance.fin_012

import data.lockgate.lib.budget
import data.lockgate.lib.value

findings contains budget.say("FIN-012", watching, status, message) if {
	some watching in budget.all
	policy := value.at(watching, ["deletionPolicy"])
	status := value.best({_protected(watching), value.equals(policy, "PREVENT")})
	message := sprintf("protect is %v, deletionPolicy is %s", [watching.protect, value.show(policy)])
}

_protected(watching) := "pass" if {
	watching.protect
} else := "fail"
