# METADATA
# title: Google's names lead to the private address
# description: |
#   A private DNS zone for googleapis.com, seen by the stack's network, leads the domain and every name below it
#   to the Private Service Connect endpoint. Without it a client asks public DNS, and the private address is
#   there for nobody.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-004
#   severity: medium
#   group: network
#   needs_charter: false
#   judges: stack
#   remediation: Add a private gcp.dns.ManagedZone for googleapis.com. with an A record of the endpoint's address and a CNAME of *.googleapis.com.
#   controls: []
package lockgate.rules.network.net_004

import data.lockgate.lib.item
import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_name := data.params.network.google_apis_name

_below := sprintf("*.%s", [_name])

findings contains result.any_of("NET-004", statuses, {
	"pass": "googleapis.com and every name below it lead to the private endpoint",
	"undetermined": "whether googleapis.com leads to the private endpoint is unknown until the deployment",
	"fail": "googleapis.com or a name below it does not lead to the private endpoint",
}) if {
	statuses := {_status(zone) | some zone in plan.of("gcp:dns/managedZone:ManagedZone")}
}

# A record for one API beside the two, in whichever zone, would lead its calls somewhere else.
findings contains result.of("NET-004", record, status, message) if {
	some record in plan.of("gcp:dns/recordSet:RecordSet")
	status := _strays(record, value.at(record, ["name"]))
	status != "pass"
	message := "a record below googleapis.com does not lead to the private endpoint"
}

_strays(record, name) := "pass" if {
	name.state == "known"
	not endswith(item.text(name), _name)
} else := "undetermined" if {
	name.state == "unknown"
} else := value.worst({_is_named(record, name, entry) | some entry in value.items(value.at(record, ["rrdatas"]))}) if {
	value.at(record, ["type"]).value == "A"
} else := value.worst({value.equals(entry, _name) | some entry in value.items(value.at(record, ["rrdatas"]))}) if {
	value.at(record, ["type"]).value == "CNAME"
} else := "fail"

# A name that only a region's endpoint serves may lead to that endpoint.
_is_named(record, name, entry) := "pass" if {
	some endpoint in network.regional_endpoints
	sprintf("%s.", [item.text(value.at(endpoint, ["targetGoogleApi"]))]) == name.value
	value.at(endpoint, ["address"]) == entry
	entry.state == "known"
} else := _is_endpoint(record, entry)

_status(zone) := value.worst({
	value.equals(value.at(zone, ["dnsName"]), _name),
	value.equals(value.at(zone, ["visibility"]), "private"),
	_seen(zone),
	_leads(zone, _name),
	value.best({_leads(zone, _below), _alias(zone)}),
})

_seen(zone) := value.best({_given(entry) |
	some entry in value.items(value.at(zone, ["privateVisibilityConfig", "networks"]))
})

_given(entry) := "undetermined" if {
	entry.state == "unknown"
} else := "fail" if {
	item.part(entry, "networkUrl").state == "absent"
} else := "pass"

_records(zone, name, type) := [record |
	some urn in object.get(_of_zone, zone.urn, set())
	record := plan.by_urn[urn]
	value.at(record, ["name"]).value == name
	value.at(record, ["type"]).value == type
]

_of_zone[zone.urn] contains record.urn if {
	some record in plan.of("gcp:dns/recordSet:RecordSet")
	some zone in plan.named(record, ["managedZone"], "gcp:dns/managedZone:ManagedZone")
}

_reserved := network.reserved("PRIVATE_SERVICE_CONNECT")

_urns := {address.urn | some address in _reserved}

_literals := {address.inputs.address | some address in _reserved}

# Every address of the record has to be the endpoint's: a client may take any of them.
_leads(zone, name) := value.best({value.worst({_is_endpoint(record, entry) | some entry in items}) |
	some record in _records(zone, name, "A")
	items := value.items(value.at(record, ["rrdatas"]))
	count(items) > 0
})

_is_endpoint(record, entry) := "pass" if {
	entry.value in _literals
} else := "pass" if {
	entry.state == "unknown"
	some urn in object.get(record.propertyDependencies, "rrdatas", [])
	urn in _urns
} else := "undetermined" if {
	entry.state == "unknown"
} else := "fail"

_alias(zone) := value.best({value.worst({value.equals(entry, _name) | some entry in items}) |
	some record in _records(zone, _below, "CNAME")
	items := value.items(value.at(record, ["rrdatas"]))
	count(items) > 0
})
