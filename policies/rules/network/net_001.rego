# METADATA
# title: The network has no way out of its own
# description: |
#   Each VPC is made without automatic subnets (one in every region, in the residency or not) and without the
#   default route to the internet, so that there is nothing to deny which a firewall rule could forget.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-001
#   severity: high
#   group: network
#   needs_charter: false
#   judges: ["gcp:compute/network:Network"]
#   remediation: Set autoCreateSubnetworks to false and deleteDefaultRoutesOnCreate to true.
#   controls: ["CIS GCP 3.1"]
package lockgate.rules.network.net_001

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_wanted := {"autoCreateSubnetworks": false, "deleteDefaultRoutesOnCreate": true}

findings contains result.of("NET-001", network, status, message) if {
	some network in plan.of("gcp:compute/network:Network")
	judged := {key: value.equals(value.at(network, [key]), want) | some key, want in _wanted}
	status := value.worst({one | some one in judged})
	message := _message(network, status, sort([key | some key, one in judged; one == status]))
}

_message(network, status, keys) := "has neither automatic subnets nor a default route" if {
	status == "pass"
} else := concat("; ", [text |
	some key in keys
	text := sprintf("%s is %s; it has to be %v", [key, value.show(value.at(network, [key])), _wanted[key]])
])
