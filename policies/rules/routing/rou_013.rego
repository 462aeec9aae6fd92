# METADATA
# title: The functions' buckets are closed and keep what they hold
# description: |
#   A bucket that holds the functions' source, the spend record or the switch is closed to the public, has one kind of access, keeps
#   every version, lets none expire, and cannot be deleted by mistake. The source is the evidence of what ran, and
#   without the record or the switch the router would not stop.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-013
#   severity: high
#   group: routing
#   needs_charter: false
#   judges: ["gcp:storage/bucket:Bucket"]
#   remediation: Set publicAccessPrevention to enforced, uniformBucketLevelAccess and versioning.enabled to true, no lifecycleRules and no forceDestroy, and protect the bucket.
#   controls: ["CIS GCP 5.2", "CKV_GCP_29", "CKV_GCP_78", "CKV_GCP_114"]
package lockgate.rules.routing.rou_013

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("ROU-013", bucket, status, message) if {
	some bucket in plan.of("gcp:storage/bucket:Bucket")
	bucket.urn in serving.buckets
	parts := {
		"publicAccessPrevention is not enforced": value.equals(value.at(bucket, ["publicAccessPrevention"]), "enforced"),
		"uniformBucketLevelAccess is not true": value.equals(value.at(bucket, ["uniformBucketLevelAccess"]), true),
		"versioning is not enabled": value.equals(value.at(bucket, ["versioning", "enabled"]), true),
		"lifecycleRules let something expire": _empty(value.at(bucket, ["lifecycleRules"])),
		"forceDestroy is set": value.none_of(value.at(bucket, ["forceDestroy"]), [true]),
		"it is not protected": value.equals(value.of(bucket.protect), true),
	}
	status := value.worst({part | some part in parts})
	message := concat("; ", _said(parts, status))
}

findings contains result.of("ROU-013", bucket, "skipped", "holds neither source of functions, nor the spend record, nor the switch") if {
	some bucket in plan.of("gcp:storage/bucket:Bucket")
	not bucket.urn in serving.buckets
}

_empty(rules) := "pass" if {
	rules.state == "absent"
} else := value.equals(rules, [])

_said(_, "pass") := ["is closed and keeps what it holds"]

_said(parts, "fail") := sort([text | some text, part in parts; part == "fail"])

_said(_, "undetermined") := ["how it keeps what it holds is unknown until the deployment"]
