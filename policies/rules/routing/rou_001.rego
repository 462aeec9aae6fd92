# METADATA
# title: Each tier has a route, and every route a fallback
# description: |
#   The charter's routing says what happens to a case of each risk tier that occurs, and what happens when no
#   model can answer. A case without a route is decided by accident.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-001
#   severity: critical
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Add routing.<tier> for each tier of risk, and routing.fallback, to the charter.
#   controls: ["EU AI Act Art. 14"]
package lockgate.rules.routing.rou_001

import data.lockgate.lib.charter
import data.lockgate.lib.result

_missing := [name |
	some name in ["high", "medium", "low", "fallback"]
	name in (charter.tiers | {"fallback"})
	not is_object(input.charter.routing[name])
]

findings contains result.on_stack("ROU-001", "fail", message) if {
	some name in _missing
	message := sprintf("routing.%s is missing, so nothing says what happens to such a case", [name])
}

findings contains result.on_stack("ROU-001", "pass", "each tier of the charter has a route, and all have a fallback") if {
	count(_missing) == 0
}
