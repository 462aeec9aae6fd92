# METADATA
# title: Nobody is everybody
# description: |
#   No resource of the stack is granted to allUsers or allAuthenticatedUsers, by IAM or by an access list of
#   Cloud Storage or BigQuery. Either word means everybody with an internet connection.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-004
#   severity: critical
#   group: identity
#   needs_charter: false
#   judges: stack
#   remediation: Name the group or service account that needs the access, and remove allUsers and allAuthenticatedUsers.
#   controls: ["CIS GCP 5.1", "CIS GCP 7.1", "CKV_GCP_28"]
package lockgate.rules.identity.iam_004

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_everybody := ["allUsers", "allAuthenticatedUsers"]

# Access lists beside IAM: the property that names who, and where it lies.
_lists := {
	"gcp:bigquery/dataset:Dataset": [["accesses", "specialGroup"], ["accesses", "iamMember"]],
	"gcp:bigquery/datasetAccess:DatasetAccess": [["specialGroup"], ["iamMember"]],
	"gcp:storage/bucketACL:BucketACL": [["predefinedAcl"], ["roleEntities"]],
	"gcp:storage/bucketAccessControl:BucketAccessControl": [["entity"]],
	"gcp:storage/defaultObjectACL:DefaultObjectACL": [["roleEntities"]],
	"gcp:storage/defaultObjectAccessControl:DefaultObjectAccessControl": [["entity"]],
	"gcp:storage/objectACL:ObjectACL": [["predefinedAcl"], ["roleEntities"]],
	"gcp:storage/objectAccessControl:ObjectAccessControl": [["entity"]],
}

_judged contains {"resource": resource, "status": status} if {
	some type in iam.types
	some resource in plan.of(type)
	status := value.worst({_status(resource, grant.member) | some grant in iam.grants(resource)})
}

_judged contains {"resource": resource, "status": status} if {
	some type, paths in _lists
	some resource in plan.of(type)
	status := value.worst({_entry(entry) | some path in paths; some entry in _entries(resource, path)})
}

_status(resource, member) := "pass" if {
	member.state == "unknown"
	iam.takes_member_from_account(resource)
} else := value.none_of(member, _everybody)

_entries(resource, [list, key]) := [item.part(entry, key) | some entry in value.items(value.at(resource, [list]))]

_entries(resource, [key]) := value.items(value.at(resource, [key])) if {
	is_array(value.at(resource, [key]).value)
} else := [value.at(resource, [key])]

_entry(entry) := "fail" if {
	regex.match(`(?i)(allUsers|allAuthenticatedUsers|^public)`, item.text(entry))
} else := "undetermined" if {
	entry.state in {"unknown", "secret"}
} else := "pass"

findings contains result.of("IAM-004", one.resource, one.status, _texts[one.status]) if {
	some one in _judged
	one.status != "pass"
}

findings contains result.on_stack("IAM-004", status, sprintf(_summaries[status], [count(_judged)])) if {
	status := value.worst({one.status | some one in _judged})
}

_texts := {
	"fail": "is granted to everybody (allUsers or allAuthenticatedUsers)",
	"undetermined": "to whom it is granted is unknown until the deployment",
}

_summaries := {
	"fail": "something is open to everybody; %d grants were read",
	"undetermined": "of %d grants, some are to members unknown until the deployment",
	"pass": "none of %d grants is to everybody",
}
