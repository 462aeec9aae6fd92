# METADATA
# title: Alerts reach each of the charter's finance recipients
# description: |
#   The budget's notification channels are enabled e-mail channels, one to each of money.recipients. Without
#   them only whoever administers the billing account is told, and that is rarely who answers for the stack.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-007
#   severity: critical
#   group: finance
#   needs_charter: true
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Add an enabled gcp.monitoring.NotificationChannel of type email for each of money.recipients, and name each in allUpdatesRule.monitoringNotificationChannels (five at most).
#   controls: []
package lockgate.rules.finance.fin_007

import data.lockgate.lib.budget
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.value

_type := "gcp:monitoring/notificationChannel:NotificationChannel"

findings contains budget.say("FIN-007", watching, status, message) if {
	some watching in budget.all
	channels := value.items(value.at(watching, ["allUpdatesRule", "monitoringNotificationChannels"]))
	reached := {recipient: _reached(watching, channels, recipient) | some recipient in input.charter.money.recipients}
	status := value.worst({reach | some reach in reached} | {_accepted(watching, channels)})
	missed := [recipient | some recipient in input.charter.money.recipients; reached[recipient] != "pass"]
	message := sprintf("%d of %d finance recipients are known to be reached, by %d channels%s", [
		count(reached) - count(missed),
		count(reached),
		count(channels),
		concat("", {sprintf("; not %s", [concat(", ", missed)]) | count(missed) > 0}),
	])
}

_reached(watching, channels, recipient) := value.best(of_plan | outside) if {
	count(channels) > 0
	of_plan := {_speaks_to(channel, recipient) | some channel in plan.referred(watching, "allUpdatesRule", _type)}
	outside := {"undetermined" | count(channels) > _planned(watching)}
} else := "fail"

# How many channels of the plan a budget refers to; whom any other reaches cannot be seen.
_planned(watching) := count([urn |
	some urn in object.get(watching.propertyDependencies, "allUpdatesRule", [])
	endswith(split(urn, "::")[2], _type)
])

_speaks_to(channel, recipient) := value.worst({
	value.equals(value.at(channel, ["type"]), "email"),
	_addressed(value.at(channel, ["labels", "email_address"]), recipient),
	_enabled(value.at(channel, ["enabled"])),
})

_addressed(address, recipient) := value.verdict(address, {text | text := item.text(address); lower(text) == lower(recipient)})

_enabled(enabled) := "pass" if {
	enabled.state == "absent"
} else := value.equals(enabled, true)

# A channel of type email has one address, and Google accepts five channels a budget.
_accepted(watching, channels) := "fail" if {
	count(channels) > data.params.finance.max_channels
} else := "pass" if {
	value.at(watching, ["allUpdatesRule", "monitoringNotificationChannels"]).state == "unknown"
} else := value.at_least(value.of(count(channels)), count(input.charter.money.recipients))
