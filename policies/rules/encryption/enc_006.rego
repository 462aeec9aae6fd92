# METADATA
# title: Each key is granted to those who encrypt with it
# description: |
#   Each key of the plan is granted to the service agents of the resources that name it. Without the grant the
#   resource is refused, and the quick way out of that is to drop the key.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-006
#   severity: medium
#   group: encryption
#   needs_charter: false
#   judges: ["gcp:kms/cryptoKey:CryptoKey"]
#   remediation: Add a gcp.kms.CryptoKeyIAMBinding on the key with roles/cloudkms.cryptoKeyEncrypterDecrypter for each of these service agents.
#   controls: []
package lockgate.rules.encryption.enc_006

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_type := "gcp:kms/cryptoKey:CryptoKey"

findings contains result.of("ENC-006", key, status, message) if {
	some key in plan.of(_type)
	[status, message] := _judgement(value.at(key, ["purpose"]), _members(key), _needed(key))
}

# The members that may encrypt with a key, an unknown one as "account" where it can be nobody but an agent.
_members(key) := [member |
	some urn in object.get(_grants, key.urn, set())
	resource := plan.by_urn[urn]
	some grant in iam.grants(resource)
	value.equals(grant.role, data.params.encryption.encrypting_role) != "fail"
	member := _member(resource, grant.member)
]

_member(resource, member) := {"known": member.value} if {
	member.state == "known"
} else := {"account": true} if {
	iam.takes_member_from_account(resource)
} else := {"unknown": true}

_grants[key.urn] contains resource.urn if {
	some type in iam.types
	startswith(type, "gcp:kms/cryptoKeyIAM")
	some resource in plan.of(type)
	some key in plan.named(resource, ["cryptoKeyId"], _type)
}

_needed(key) := object.get(_agents, key.urn, set())

_agents[key.urn] contains agent if {
	some type, path in data.params.encryption.key_path
	some resource in plan.of(type)
	some key in plan.named(resource, path, _type)
	some agent in object.get(data.params.encryption.agents, type, [])
}

# Services encrypt with symmetric keys only; that is also the purpose of a key that gives none.
_judgement(purpose, members, needed) := ["fail", sprintf("%s encrypts with it, but it is for %s", [concat(", ", sort(needed)), purpose.value])] if {
	count(needed) > 0
	purpose.state == "known"
	purpose.value != "ENCRYPT_DECRYPT"
} else := ["undetermined", "what it is for is unknown until the deployment"] if {
	purpose.state == "unknown"
} else := ["fail", "nobody may encrypt with it"] if {
	count(members) == 0
} else := ["fail", sprintf("%s may not encrypt with it, but has to", [concat(", ", sort(missing))])] if {
	missing := _missing(members, needed)
	count(missing) > count([member | some member in members; not member.known])
} else := ["undetermined", "whether every service agent that has to may encrypt with it is unknown"] if {
	some member in members
	member.unknown
} else := ["pass", "granted to the service agents that encrypt with it"]

_missing(members, needed) := {agent |
	some agent in needed
	count([member | some member in members; contains(member.known, sprintf("@%s.", [agent]))]) == 0
}
