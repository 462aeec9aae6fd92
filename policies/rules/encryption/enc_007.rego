# METADATA
# title: Service agents are there before their grants
# description: |
#   A service agent that is granted a key is made by the plan (gcp.projects.ServiceIdentity), where its service
#   makes it on request. In a project that never used the service, Google refuses the grant otherwise.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-007
#   severity: low
#   group: encryption
#   needs_charter: false
#   judges: ["gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding", "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"]
#   remediation: Add a gcp.projects.ServiceIdentity for each of these APIs, and let the grant depend on it.
#   controls: []
package lockgate.rules.encryption.enc_007

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_types := ["gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding", "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"]

_requested := [value.at(identity, ["service"]) | some identity in plan.of("gcp:projects/serviceIdentity:ServiceIdentity")]

findings contains result.of("ENC-007", grant, status, message) if {
	some grant in plan.of_any(_types)
	apis := {api |
		some one in iam.grants(grant)
		some mark, api in _marks
		contains(one.member.value, mark)
	}
	judged := {api: _made(api) | some api in apis}
	status := value.worst({one | some one in judged})
	message := _message(status, {api | some api, one in judged; one == status})
}

_marks := {sprintf("@%s.", [agent]): api | some agent, api in data.params.encryption.made_on_request}

# What `value.equals` says at best of an API and the services whose agents are requested.
_made(api) := "pass" if {
	api in _known
} else := "undetermined" if {
	some service in _requested
	service.state in {"unknown", "secret"}
} else := "fail"

_known := {service.value | some service in _requested}

_message(status, apis) := "each service agent is made by the plan, or by Google" if {
	status == "pass"
} else := sprintf("the service agent of %s is not made by the plan", [concat(", ", sort(apis))]) if {
	status == "fail"
} else := sprintf("whether the plan makes the service agent of %s is unknown", [concat(", ", sort(apis))])
