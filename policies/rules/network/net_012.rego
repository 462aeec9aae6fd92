# METADATA
# title: A region's endpoint is private, and found by its name
# description: |
#   A private endpoint of an API that Google serves in a region only (such as Model Armor's) has an address in a subnet
#   of the plan, is reached from its region alone, leads to an API within the residency, and has a record in a private
#   zone. Without the record its name leads to an endpoint that does not serve it, and what it screens goes unscreened.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-012
#   severity: high
#   group: network
#   needs_charter: false
#   judges: ["gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint"]
#   remediation: Set network, subnetwork and address to the stack's own, accessType to REGIONAL, location and targetGoogleApi to a region of data.residency, and add a gcp.dns.RecordSet of type A for targetGoogleApi in a zone of the stack.
#   controls: []
package lockgate.rules.network.net_012

import data.lockgate.lib.charter
import data.lockgate.lib.item
import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("NET-012", endpoint, status, message) if {
	some endpoint in network.regional_endpoints
	parts := _parts(endpoint)
	status := value.worst({part | some part in parts})
	message := _said(parts, status)
}

_said(_, "pass") := "is private, and found by its name"

_said(parts, status) := concat("; ", sort([sprintf("%s%s", [text, _ends[status]]) | some text, part in parts; part == status])) if {
	status != "pass"
}

_ends := {"fail": "", "undetermined": ", as far as is known before the deployment"}

_parts(endpoint) := {
	"its network is none of the plan": plan.refers(endpoint, ["network"], "gcp:compute/network:Network"),
	"its subnet is none of the plan": plan.refers(endpoint, ["subnetwork"], "gcp:compute/subnetwork:Subnetwork"),
	"accessType is not REGIONAL": value.equals(value.at(endpoint, ["accessType"]), "REGIONAL"),
	"it is outside data.residency": _resident(value.at(endpoint, ["location"])),
	"it leads to an API of another region than its own": _leads(endpoint, value.at(endpoint, ["targetGoogleApi"])),
	"no record of a zone of the plan gives its name this address": _found(endpoint, value.at(endpoint, ["address"])),
}

_resident(location) := "pass" if {
	not charter.present
} else := project.resident(location)

_leads(endpoint, api) := value.matches(api, sprintf(`^[a-z0-9-]+\.%s\.rep\.googleapis\.com$`, [item.text(value.at(endpoint, ["location"]))]))

_found(endpoint, address) := "fail" if {
	address.state == "absent"
} else := "undetermined" if {
	address.state in {"unknown", "secret"}
} else := value.best({_names(record, address) |
	some record in plan.of("gcp:dns/recordSet:RecordSet")
	value.at(record, ["name"]).value == sprintf("%s.", [item.text(value.at(endpoint, ["targetGoogleApi"]))])
})

_names(record, address) := value.worst({
	value.equals(value.at(record, ["type"]), "A"),
	value.best({value.equals(entry, address.value) | some entry in value.items(value.at(record, ["rrdatas"]))}),
	plan.refers(record, ["managedZone"], "gcp:dns/managedZone:ManagedZone"),
})
