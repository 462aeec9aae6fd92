# METADATA
# title: Somebody is told when models cost too much an hour
# description: |
#   An alert policy on the cost that the router logs speaks, at the latest, at the rate at which models alone use up
#   money.monthly_limit in a month. Google's budget is up to a day late, in which a loop spends a month's money.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-001
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or an alert policy on a log-based metric that extracts jsonPayload.cost, with a threshold of at most money.monthly_limit / 730 an hour.
#   controls: []
package lockgate.rules.observability.obs_001

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.value

_most := input.charter.money.monthly_limit / data.params.observability.hours_per_month

findings contains result.any_of("OBS-001", statuses, {
	"pass": sprintf("somebody is told before models cost %.2f %s an hour", [_most, input.charter.money.currency]),
	"undetermined": "whether somebody is told of the cost an hour is unknown until the deployment",
	"fail": sprintf("nobody is told when models cost more than %.2f %s an hour; the alerts on it say %v", [
		_most,
		input.charter.money.currency,
		[alert.figure(found) | some found in alert.measuring.cost],
	]),
}) if {
	statuses := {status |
		some found in alert.measuring.cost
		status := value.worst({alert.heard(found.policy), alert.from(found, _most), alert.soon(found), _hourly(found)})
	}
}

# The rate is an hour's: a shorter window with the same figure would never be reached.
_hourly(found) := "undetermined" if {
	found.text.state != "known"
} else := value.matches(found.text, `sum\(\s*increase\([^\[]*_sum[^\[]*\[1h\]`)
