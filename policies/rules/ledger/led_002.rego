# METADATA
# title: The ledger is private
# description: |
#   A Cloud SQL instance has an address in the stack's network and no other, lets no public network in, and
#   speaks TLS only.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-002
#   severity: critical
#   group: ledger
#   needs_charter: false
#   judges: ["gcp:sql/databaseInstance:DatabaseInstance"]
#   remediation: In settings.ipConfiguration set ipv4Enabled to false, privateNetwork to the stack's VPC, sslMode to ENCRYPTED_ONLY, and no authorizedNetworks.
#   controls: ["CKV_GCP_6", "CKV_GCP_11", "CKV_GCP_60", "CIS GCP 6.4", "CIS GCP 6.5", "CIS GCP 6.6"]
package lockgate.rules.ledger.led_002

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LED-002", instance, status, message) if {
	some instance in plan.of("gcp:sql/databaseInstance:DatabaseInstance")
	checks := _checks(instance)
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_message(status, texts) := "has a private address only, and speaks TLS only" if {
	status == "pass"
} else := concat("; ", texts)

_checks(instance) := [
	{
		"status": value.equals(public, false),
		"text": sprintf("ipv4Enabled is %s; it has to be false", [value.show(public)]),
	},
	{
		"status": _network(instance, value.at(instance, ["settings", "ipConfiguration", "privateNetwork"])),
		"text": "privateNetwork is no network of the plan, or of the charter's project",
	},
	{
		"status": value.one_of(mode, data.params.ledger.encrypted_modes),
		"text": sprintf("sslMode is %s: connections without TLS are let in", [value.show(mode)]),
	},
	{
		"status": _none(value.at(instance, ["settings", "ipConfiguration", "authorizedNetworks"])),
		"text": "authorizedNetworks lets public networks in",
	},
] if {
	public := value.at(instance, ["settings", "ipConfiguration", "ipv4Enabled"])
	mode := value.at(instance, ["settings", "ipConfiguration", "sslMode"])
}

_network(instance, given) := "fail" if {
	given.state == "absent"
} else := value.matches(given, `(^|/)projects/[^/]+/global/networks/[a-z]([-a-z0-9]*[a-z0-9])?$`) if {
	given.state == "known"
} else := "pass" if {
	count(plan.referred(instance, "settings", "gcp:compute/network:Network")) > 0
} else := "undetermined"

_none(given) := "pass" if {
	given.state == "absent"
} else := value.equals(given, [])
