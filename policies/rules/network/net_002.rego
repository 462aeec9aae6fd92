# METADATA
# title: Subnets are private, logged and within the residency
# description: |
#   Each subnet reaches Google's APIs privately, keeps flow logs of all of its traffic, has no external IPv6
#   and is in a region of the charter's data.residency. Flow logs say where data went when it should not have.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-002
#   severity: high
#   group: network
#   needs_charter: false
#   judges: ["gcp:compute/subnetwork:Subnetwork"]
#   remediation: Set privateIpGoogleAccess, a logConfig with flowSampling 1.0, INTERVAL_5_SEC and all metadata, and a region of data.residency.
#   controls: ["CKV_GCP_26", "CKV_GCP_74", "CIS GCP 3.8"]
package lockgate.rules.network.net_002

import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("NET-002", subnet, "skipped", message) if {
	some subnet in _subnets
	_unrouted(subnet)
	message := sprintf("a subnet for %s has neither workloads nor flow logs", [subnet.inputs.purpose])
}

findings contains result.of("NET-002", subnet, status, message) if {
	some subnet in _subnets
	not _unrouted(subnet)
	checks := _checks(subnet)
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_subnets := plan.of("gcp:compute/subnetwork:Subnetwork")

_unrouted(subnet) if value.at(subnet, ["purpose"]).value in data.params.network.unrouted_subnets

_message(status, texts) := "is private, logged and within the residency" if {
	status == "pass"
} else := concat("; ", texts)

_checks(subnet) := [
	_check(value.equals(private, true), "privateIpGoogleAccess is %s; it has to be true", private),
	_check(_region(subnet, region), "region is %s, outside data.residency", region),
	_check(value.none_of(ipv6, ["EXTERNAL"]), "ipv6AccessType is %s", ipv6),
	_check(_present(log), "logConfig is %s; flow logs are off", log),
	_check(_sampling(sampling), "flowSampling is %s, too little to trace a flow", sampling),
	_check(_default(interval, data.params.network.flow_intervals), "aggregationInterval is %s, too long", interval),
	_check(_default(metadata, ["INCLUDE_ALL_METADATA"]), "metadata is %s; it has to include all", metadata),
	_check(_default(filter, ["true"]), "filterExpr is %s, which leaves flows out", filter),
] if {
	private := value.at(subnet, ["privateIpGoogleAccess"])
	region := value.at(subnet, ["region"])
	ipv6 := value.at(subnet, ["ipv6AccessType"])
	log := value.at(subnet, ["logConfig"])
	sampling := value.at(subnet, ["logConfig", "flowSampling"])
	interval := value.at(subnet, ["logConfig", "aggregationInterval"])
	metadata := value.at(subnet, ["logConfig", "metadata"])
	filter := value.at(subnet, ["logConfig", "filterExpr"])
}

_check(status, text, found) := {"status": status, "text": sprintf(text, [value.show(found)])}

# A subnet without a region is in the provider's, and of the default provider a plan says nothing.
_region(subnet, region) := "pass" if {
	not charter.present
} else := value.one_of(region, input.charter.data.residency) if {
	region.state != "absent"
} else := value.one_of(value.at(provider, ["region"]), input.charter.data.residency) if {
	some provider in plan.provider(subnet)
} else := "undetermined"

_present(log) := {"known": "pass", "absent": "fail", "unknown": "undetermined", "secret": "undetermined"}[log.state]

_sampling(sampling) := value.at_least(
	{"state": "known", "value": data.params.network.default_flow_sampling},
	data.params.network.min_flow_sampling,
) if {
	sampling.state == "absent"
} else := value.at_least(sampling, data.params.network.min_flow_sampling)

_default(found, allowed) := "pass" if {
	found.state == "absent"
} else := value.one_of(found, allowed)
