# METADATA
# title: Somebody is told when answers are slow
# description: |
#   An alert policy on the slowest hundredth of the router's answers speaks, at the latest, when it is above the longest
#   wait of the charter's routes. Above it, cases fall back that a model could have answered.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-004
#   severity: medium
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or an alert policy on run.googleapis.com/request_latencies, 99th percentile, with a threshold of at most the longest route's wait in milliseconds.
#   controls: []
package lockgate.rules.observability.obs_004

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_most := serving.longest_wait * 1000

findings contains result.any_of("OBS-004", statuses, {
	"pass": sprintf("somebody is told when the slowest hundredth waits longer than %d ms", [_most]),
	"undetermined": "whether somebody is told of slow answers is unknown until the deployment",
	"fail": sprintf("nobody is told when the slowest hundredth waits longer than %d ms; the alerts on it say %v", [
		_most,
		[alert.figure(found) | some found in alert.measuring.latency],
	]),
}) if {
	statuses := {status |
		some found in alert.measuring.latency
		status := value.worst({alert.heard(found.policy), alert.from(found, _most), alert.soon(found), alert.of_worst(found)})
	}
}
