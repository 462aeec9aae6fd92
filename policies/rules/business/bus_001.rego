# METADATA
# title: The business has answered
# description: |
#   Sponsor, adoption owner, KPI and the way it scales are answers, not placeholders. A stack that nobody has
#   to justify is not stopped when it fails.
# schemas:
#   - input: schema["input"]
# custom:
#   id: BUS-001
#   severity: high
#   group: business
#   needs_charter: true
#   judges: stack
#   remediation: "Fill in the charter's business section: mailboxes of roles that answer, a KPI with its unit, and what has to change to scale."
#   controls: ["NIST AI RMF GOVERN 2.1", "NIST AI RMF MAP 1.4"]
package lockgate.rules.business.bus_001

import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

_hollow := placeholder.found(input.charter.business, "business")

_short := {"business.scaling.plan does not say what has to change" | placeholder.too_short(input.charter.business.scaling.plan)}

findings contains result.on_stack("BUS-001", status, message) if {
	faults := _hollow | _short
	status := value.best({"pass" | count(faults) == 0})
	message := concat("; ", array.concat(["sponsor, adoption owner, KPI and scaling"], sort(faults)))
}
