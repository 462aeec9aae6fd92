# METADATA
# title: The exchange rate is fresh
# description: |
#   List prices are in US dollars. With an old rate the exposure and the limit are compared in money of another
#   quarter.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-017
#   severity: medium
#   group: finance
#   needs_charter: true
#   judges: stack
#   remediation: Take the current rate into money.exchange, with its date and source.
#   controls: []
package lockgate.rules.finance.fin_017

import data.lockgate.lib.clock
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("FIN-017", status, message) if {
	exchange := input.charter.money.exchange
	age := clock.days_since(exchange.date)
	limit := data.params.finance.max_exchange_age_days
	status := value.worst({value.at_least(value.of(age), 0), value.at_most(value.of(age), limit)})
	message := sprintf("money.exchange is of %s, %v days before the judgement; 0 to %d are accepted", [exchange.date, age, limit])
}
