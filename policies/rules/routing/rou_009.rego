# METADATA
# title: A case is waited for as long as its route says
# description: |
#   The time-out of each router is long enough for the slowest route of the charter to end in its fallback, and not
#   much longer. A shorter one cuts a case off without an answer; a longer one holds instances for nothing.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-009
#   severity: medium
#   group: routing
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Set serviceConfig.timeoutSeconds above the longest routing.<tier>.timeout_seconds times the route's roles (one that drafts, checks or formats counts one each), by a minute at most.
#   controls: []
package lockgate.rules.routing.rou_009

import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_most := serving.longest_wait + data.params.routing.max_spare_seconds

findings contains result.of("ROU-009", resource, status, message) if {
	some resource in serving.all
	[status, message] := _judgement(resource, value.seconds(serving.setting_or(resource, "timeout", "default_timeout_seconds")))
}

_judgement(resource, timeout) := [value.at_most(timeout, _most), message] if {
	serving.on_event(resource)
	message := sprintf("time-out is %s s; %d is the most", [value.show(timeout), _most])
} else := [value.worst({value.at_most(timeout, _most), value.at_least(timeout, serving.longest_wait + 1)}), message] if {
	message := sprintf("time-out is %s s; the slowest route needs more than %d, and %d is the most", [
		value.show(timeout),
		serving.longest_wait,
		_most,
	])
}
