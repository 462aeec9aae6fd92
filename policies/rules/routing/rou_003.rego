# METADATA
# title: Another model checks what the medium tier answers
# description: |
#   The route of the medium tier is validate, with a checker that is another model than the drafter and has the
#   role check, or manual-review. A model that checks itself agrees with its own mistakes; so does the next model in its
#   place, and the cheaper one that drafts when money is short.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-003
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Set routing.medium.action to validate, and routing.medium.checker to a model of the charter with role check that is not routing.medium.model, next_models or over_budget.
#   controls: ["EU AI Act Art. 15"]
package lockgate.rules.routing.rou_003

import data.lockgate.lib.result
import data.lockgate.lib.serving

_route := input.charter.routing.medium

findings contains result.on_stack("ROU-003", status, message) if {
	[status, message] := _judgement
}

_judgement := ["pass", "no case of the medium tier is routed: the charter has no such tier"] if {
	not is_object(input.charter.risk.medium)
	not is_object(_route)
} else := ["fail", "the medium tier has no route, so nothing is checked"] if {
	not is_object(_route)
} else := ["pass", "a person decides every case of the medium tier"] if {
	_route.action == "manual-review"
} else := ["fail", sprintf("routing.medium.action is %s; nothing checks the answer", [_route.action])] if {
	_route.action != "validate"
} else := ["fail", sprintf("routing.medium.checker is %v, a model that drafts", [_route.checker])] if {
	_route.checker in serving.asked(object.remove(_route, ["checker", "formatter"]))
} else := ["pass", sprintf("%s checks what %s drafts", [_route.checker, _route.model])] if {
	some model in input.charter.models
	model.id == _route.checker
	model.role == "check"
} else := ["fail", sprintf("routing.medium.checker is %v, no model with role check", [_route.checker])]
