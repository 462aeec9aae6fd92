# METADATA
# title: A budget exists
# description: Somebody is told before the invoice comes.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-001
#   severity: critical
#   group: finance
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.billing.Budget.
#   controls: ["EU AI Act Art. 17"]
package lockgate.rules.finance.fin_001

import data.lockgate.lib.plan
import data.lockgate.lib.result

findings contains result.on_stack("FIN-001", "pass", "there is a budget") if {
	count(plan.of("gcp:billing/budget:Budget")) > 0
}

findings contains result.on_stack("FIN-001", "fail", "there is no budget") if {
	count(plan.of("gcp:billing/budget:Budget")) == 0
}
