# METADATA
# title: Somebody is told when cases use too many tokens
# description: |
#   An alert policy on the longest hundredth of cases speaks, at the latest, at the most tokens that a route of the
#   charter allows. Above it cases are cut off, and cost what nobody counted on.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-005
#   severity: medium
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or an alert policy on a log-based metric that extracts jsonPayload.tokens, 99th percentile, with a threshold of at most what the longest route allows.
#   controls: []
package lockgate.rules.observability.obs_005

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_most := max(_bounds)

_bounds contains sum([_tokens(limits) | some limits in _limits(route)]) if {
	some name in ["high", "medium", "low"]
	route := serving.routes[name]
}

# A role without limits of its own has the draft's; charters are older than both.
_limits(route) := [limits |
	some role, key in {"model": "model", "checker": "check", "formatter": "format"}
	is_string(object.get(route, role, null))
	limits := _own(route, object.get(route, key, null))
]

_own(_, limits) := limits if is_object(limits)

_own(route, limits) := route if not is_object(limits)

_tokens(limits) := limits.max_input_tokens + limits.max_output_tokens

findings contains result.any_of("OBS-005", statuses, {
	"pass": sprintf("somebody is told before the longest hundredth of cases uses %d tokens", [_most]),
	"undetermined": "whether somebody is told of the tokens of a case is unknown until the deployment",
	"fail": sprintf("nobody is told when the longest hundredth of cases uses more than %d tokens; the alerts on it say %v", [
		_most,
		[alert.figure(found) | some found in alert.measuring.tokens],
	]),
}) if {
	statuses := {status |
		some found in alert.measuring.tokens
		status := value.worst({alert.heard(found.policy), alert.from(found, _most), alert.soon(found), alert.of_worst(found)})
	}
}
