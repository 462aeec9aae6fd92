# METADATA
# title: Buckets are hardened
# description: |
#   Each bucket has uniform access, refuses public access, keeps earlier versions, and is neither emptied nor
#   deleted with the stack. What runs in the cloud is built from one of them: who can replace an archive
#   unnoticed can run anything.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SUP-004
#   severity: high
#   group: supply_chain
#   needs_charter: false
#   judges: ["gcp:storage/bucket:Bucket"]
#   remediation: Set uniformBucketLevelAccess and versioning.enabled to true, publicAccessPrevention to enforced, forceDestroy to false, and protect the bucket.
#   controls: ["CKV_GCP_29", "CKV_GCP_78", "CKV_GCP_114", "CIS GCP 5.2"]
package lockgate.rules.supply_chain.sup_004

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_wanted := [
	{"path": ["uniformBucketLevelAccess"], "want": true},
	{"path": ["publicAccessPrevention"], "want": "enforced"},
	{"path": ["versioning", "enabled"], "want": true},
]

findings contains result.of("SUP-004", bucket, status, message) if {
	some bucket in plan.of("gcp:storage/bucket:Bucket")
	checks := array.concat(_destruction(bucket), [_check(bucket, one.path, one.want) | some one in _wanted])
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_message(status, texts) := "is hardened" if {
	status == "pass"
} else := concat("; ", texts)

_check(bucket, path, want) := {
	"status": value.equals(found, want),
	"text": sprintf("%s is %s; it has to be %v", [concat(".", path), value.show(found), want]),
} if {
	found := value.at(bucket, path)
}

_destruction(bucket) := [
	{"status": _protection(bucket), "text": "is not protected: the next update may delete it"},
	{"status": value.none_of(forced, [true]), "text": sprintf("forceDestroy is %s", [value.show(forced)])},
] if {
	forced := value.at(bucket, ["forceDestroy"])
}

_protection(bucket) := "pass" if {
	bucket.protect
} else := "fail"
