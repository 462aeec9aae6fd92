# METADATA
# title: Channels are on, and lead somewhere
# description: |
#   Each e-mail channel is enabled and has an address, and no alert speaks to a channel that is off. A channel that was
#   switched off for a quiet weekend stays off.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-009
#   severity: medium
#   group: observability
#   needs_charter: false
#   judges: ["gcp:monitoring/notificationChannel:NotificationChannel"]
#   remediation: Remove enabled, or set it to true; give labels.email_address a mailbox.
#   controls: []
package lockgate.rules.observability.obs_009

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("OBS-009", channel, status, message) if {
	some channel in plan.of("gcp:monitoring/notificationChannel:NotificationChannel")
	address := value.at(channel, ["labels", "email_address"])
	status := value.worst({value.none_of(value.at(channel, ["enabled"]), [false]), _addressed(channel, address)})
	message := sprintf("is of type %s, to %s, enabled %s", [
		value.show(value.at(channel, ["type"])),
		value.show(address),
		value.show(value.at(channel, ["enabled"])),
	])
}

_addressed(channel, address) := value.matches(address, `^[^@\s]+@[^@\s]+$`) if {
	value.at(channel, ["type"]).value == data.params.observability.mail_type
} else := value.given(channel, ["type"])
