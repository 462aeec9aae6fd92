# METADATA
# title: Alerts reach who answers for money and for adoption
# description: |
#   Each alert policy speaks to an e-mail channel of money.finops_owner and to one of business.adoption_owner. Who
#   answers for something has to hear of it without being asked.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-008
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Name a channel to each of the two in notificationChannels of every alert policy.
#   controls: []
package lockgate.rules.observability.obs_008

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.value

_owners := {input.charter.money.finops_owner, input.charter.business.adoption_owner}

_told(owner, policy) := value.worst({
	value.best({_speaks_to(channel, owner) | some channel in alert.channels(policy)}),
	_enough(value.at(policy, ["notificationChannels"])),
})

# Each channel has one address, so fewer channels than owners leave one out.
_enough(named) := "pass" if {
	named.state == "unknown"
} else := value.at_least(value.of(count(value.items(named))), count(_owners))

_speaks_to(channel, owner) := value.worst({
	value.equals(value.at(channel, ["type"]), data.params.observability.mail_type),
	value.none_of(value.at(channel, ["enabled"]), [false]),
	value.equals(value.at(channel, ["labels", "email_address"]), owner),
})

_judged := [{"owner": owner, "policy": policy, "status": _told(owner, policy)} |
	some owner in _owners
	some policy in alert.policies
]

_texts := {"fail": "%s does not reach %s", "undetermined": "whether %s reaches %s is unknown until the deployment"}

findings contains result.on_stack("OBS-008", one.status, sprintf(_texts[one.status], [one.policy.name, one.owner])) if {
	some one in _judged
	one.status != "pass"
}

findings contains result.on_stack("OBS-008", "fail", "there is no alert policy that could reach anybody") if count(alert.policies) == 0

findings contains result.on_stack("OBS-008", "pass", sprintf("each of %d alert policies reaches both owners", [count(alert.policies)])) if {
	count(alert.policies) > 0
	every one in _judged {
		one.status == "pass"
	}
}
