# METADATA
# title: A person decides every high-risk case
# description: |
#   The route of the high tier is manual-review: the model proposes and a person decides. In that tier a wrong
#   output harms a person or the company, and no checking model answers for it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-002
#   severity: critical
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Set routing.high.action to manual-review in the charter.
#   controls: ["EU AI Act Art. 14", "GDPR Art. 22"]
package lockgate.rules.routing.rou_002

import data.lockgate.lib.result

findings contains result.on_stack("ROU-002", status, message) if {
	[status, message] := _judgement
}

_judgement := ["pass", "no case of the high tier is routed: the charter has no such tier"] if {
	not is_object(input.charter.risk.high)
	not is_object(input.charter.routing.high)
} else := ["pass", "a person decides every case of the high tier"] if {
	input.charter.routing.high.action == "manual-review"
} else := ["fail", sprintf("routing.high.action is %s; a person has to decide", [input.charter.routing.high.action])] if {
	is_object(input.charter.routing.high)
} else := ["fail", "the high tier has no route, so no person is sure to decide"]
