# METADATA
# title: Finance has named people who answer
# description: |
#   The FinOps owner, the recipients of alerts, the source of the exchange rate and the cost centre are named, and
#   the FinOps owner is among the recipients: an alert has to reach whoever can act on it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-019
#   severity: high
#   group: finance
#   needs_charter: true
#   judges: stack
#   remediation: Name them in the charter's money section, by the mailboxes of their roles; put finops_owner into recipients.
#   controls: []
package lockgate.rules.finance.fin_019

import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

_hollow := placeholder.found(input.charter.money, "money")

_unheard := {sprintf("money.recipients lacks finops_owner (%s)", [owner]) |
	owner := input.charter.money.finops_owner
	not owner in input.charter.money.recipients
}

findings contains result.on_stack("FIN-019", status, message) if {
	faults := _hollow | _unheard
	status := value.best({"pass" | count(faults) == 0})
	message := concat("; ", array.concat(["FinOps owner and recipients"], sort(faults)))
}
