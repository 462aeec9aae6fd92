# METADATA
# title: What is stored is encrypted with the stack's keys
# description: |
#   Where the charter has personal data or a tier above low, each resource that stores something names a
#   customer-managed key of the plan, or one in a region of data.residency. Without one the data is readable
#   for as long as Google's key lives, and nobody here can end that.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ENC-001
#   severity: high
#   group: encryption
#   needs_charter: false
#   judges: ["gcp:alloydb/cluster:Cluster", "gcp:artifactregistry/repository:Repository", "gcp:bigquery/dataset:Dataset", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrunv2/job:Job", "gcp:cloudrunv2/service:Service", "gcp:compute/disk:Disk", "gcp:compute/instance:Instance", "gcp:firestore/database:Database", "gcp:logging/projectBucketConfig:ProjectBucketConfig", "gcp:notebooks/instance:Instance", "gcp:pubsub/topic:Topic", "gcp:redis/instance:Instance", "gcp:secretmanager/regionalSecret:RegionalSecret", "gcp:spanner/database:Database", "gcp:sql/databaseInstance:DatabaseInstance", "gcp:storage/bucket:Bucket", "gcp:vertex/aiDataset:AiDataset", "gcp:vertex/aiEndpoint:AiEndpoint", "gcp:vertex/aiIndex:AiIndex", "gcp:vertex/aiIndexEndpoint:AiIndexEndpoint", "gcp:vertex/aiReasoningEngine:AiReasoningEngine", "gcp:workbench/instance:Instance"]
#   remediation: Set the key's property to the id of a gcp.kms.CryptoKey of this stack, one key a purpose.
#   controls: ["GDPR Art. 32"]
package lockgate.rules.encryption.enc_001

import data.lockgate.lib.charter
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("ENC-001", resource, status, message) if {
	some type, path in data.params.encryption.key_path
	some resource in plan.of(type)
	[status, message] := _judgement(resource, path, value.at(resource, path))
}

_judgement(resource, path, key) := ["pass", "neither the tiers nor the data ask for a customer-managed key"] if {
	not charter.strict
} else := ["fail", sprintf("%s is not set: Google's own key encrypts it", [concat(".", path)])] if {
	key.state == "absent"
} else := ["fail", sprintf("%s is %v, which is no key", [concat(".", path), key.value])] if {
	key.state == "known"
	not regex.match(data.params.encryption.key_pattern, item.text(key))
} else := ["fail", sprintf("its key is in %s, outside data.residency", [_location(key.value)])] if {
	key.state == "known"
	charter.present
	not _location(key.value) in input.charter.data.residency
} else := ["pass", "a customer-managed key encrypts it"] if {
	key.state == "known"
} else := ["pass", "a key of the stack encrypts it"] if {
	count(plan.referred(resource, path[0], "gcp:kms/cryptoKey:CryptoKey")) > 0
} else := ["undetermined", sprintf("%s is unknown and no key of the plan", [concat(".", path)])]

_location(key) := split(key, "/")[3]
