# METADATA
# title: Only Google's services use the keys
# description: |
#   A grant on a key or a ring gives encryption and decryption, and nothing more, to Google's service agents,
#   and to nobody else. Who can decrypt by himself needs no other access to the data.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-005
#   severity: critical
#   group: encryption
#   needs_charter: false
#   judges: ["gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding", "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "gcp:kms/cryptoKeyIAMPolicy:CryptoKeyIAMPolicy", "gcp:kms/keyRingIAMBinding:KeyRingIAMBinding", "gcp:kms/keyRingIAMMember:KeyRingIAMMember", "gcp:kms/keyRingIAMPolicy:KeyRingIAMPolicy"]
#   remediation: Grant roles/cloudkms.cryptoKeyEncrypterDecrypter to the service agents that encrypt with the key, and remove everybody else.
#   controls: ["CIS GCP 1.9"]
package lockgate.rules.encryption.enc_005

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("ENC-005", resource, status, message) if {
	some type in iam.types
	startswith(type, "gcp:kms/")
	some resource in plan.of(type)
	judged := {_judgement(resource, grant) | some grant in iam.grants(resource)}
	status := value.worst({one[0] | some one in judged})
	said := {one[1] | some one in judged; one[0] == status}
	message := concat("; ", sort(said | {"lets nobody use the key" | count(judged) == 0}))
}

_judgement(resource, grant) := ["fail", sprintf("grants %s, which does more than encrypt", [grant.role.value])] if {
	grant.role.state == "known"
	not grant.role.value in data.params.encryption.using_roles
} else := ["pass", "Google's service agents use the key"] if {
	grant.role.state == "known"
	iam.is_google_agent(grant.member.value)
} else := ["fail", sprintf("lets %s use the key, which is no service agent", [grant.member.value])] if {
	grant.member.state == "known"
} else := ["fail", "lets a workload's account use the key"] if {
	count(plan.referred(resource, iam.members_property(resource), "gcp:serviceaccount/account:Account")) > 0
} else := ["pass", "Google's service agents use the key"] if {
	grant.role.state == "known"
	iam.takes_member_from_account(resource)
} else := ["undetermined", "who may do what with the key is unknown until the deployment"]
