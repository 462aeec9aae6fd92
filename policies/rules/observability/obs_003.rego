# METADATA
# title: Somebody is told when cases are not answered
# description: |
#   An alert policy speaks when a share of the cases falls back, and one when the router fails altogether. Each such case
#   waits for a person, and people plan for few.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-003
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or alert policies on the share of fallbacks among cases (10 per cent at most) and on responses 5xx (more than 0).
#   controls: ["EU AI Act Art. 26(5)"]
package lockgate.rules.observability.obs_003

import data.lockgate.lib.alert
import data.lockgate.lib.item
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("OBS-003", statuses, {
	"pass": "somebody is told when cases fall back",
	"undetermined": "whether somebody is told when cases fall back is unknown until the deployment",
	"fail": sprintf("nobody is told when more than %v of the cases fall back", [data.params.observability.max_fallback_share]),
}) if {
	statuses := {status |
		some found in alert.measuring.fallbacks
		status := value.worst({
			alert.heard(found.policy),
			alert.from(found, data.params.observability.max_fallback_share),
			alert.soon(found),
			alert.in_sum(found),
			_share(found),
		})
	}
}

findings contains result.any_of("OBS-003", statuses, {
	"pass": "somebody is told when the router fails",
	"undetermined": "whether somebody is told when the router fails is unknown until the deployment",
	"fail": "nobody is told when the router answers with an error (5xx)",
}) if {
	statuses := {status |
		some found in alert.measuring["server errors"]
		status := value.worst({alert.heard(found.policy), alert.from(found, 0), alert.soon(found), alert.in_sum(found)})
	}
}

# A share is one of all cases; a count would be too small by day or too large by night.
_share(found) := "undetermined" if {
	found.kind == "unknown"
} else := value.verdict(denominator, {true | "cases" in alert.shown(item.text(denominator))}) if {
	denominator := item.part(found.condition, "denominatorFilter")
}
