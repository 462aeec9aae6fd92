# METADATA
# title: Only the spend guard writes the spend record
# description: |
#   On the buckets of the functions' source and of the spend record, accounts of the stack may read; only a function that events trigger may write, and
#   only to the bucket that it names in STATE_BUCKET. A router that may write its own record can open its own gate.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-015
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: ["gcp:storage/bucketIAMBinding:BucketIAMBinding", "gcp:storage/bucketIAMMember:BucketIAMMember", "gcp:storage/bucketIAMPolicy:BucketIAMPolicy"]
#   remediation: Grant roles/storage.objectViewer to the router, roles/storage.objectUser to the spend guard, and nothing to anybody else.
#   controls: []
package lockgate.rules.routing.rou_015

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("ROU-015", resource, status, message) if {
	some resource in plan.of_any(data.params.routing.bucket_grants)
	[status, message] := _judgement(resource, _buckets(resource))
}

_buckets(resource) := {bucket.urn |
	some bucket in plan.named(resource, ["bucket"], _bucket)
	bucket.urn in serving.record_buckets
}

_bucket := "gcp:storage/bucket:Bucket"

_judgement(resource, urns) := ["undetermined", "on which bucket it is is unknown until the deployment"] if {
	count(urns) == 0
	plan.refers(resource, ["bucket"], _bucket) == "undetermined"
} else := ["skipped", "is about another bucket than those of the source and the spend record"] if {
	count(urns) == 0
} else := [status, message] if {
	judged := [{"grant": grant, "status": _status(resource, grant, urn)} |
		some urn in urns
		some grant in iam.grants(resource)
	]
	status := value.worst({one.status | some one in judged})
	message := concat("; ", {sprintf("%s has %s", [value.show(one.grant.member), value.show(one.grant.role)]) | some one in judged})
}

# The accounts of the functions that events trigger, by the bucket of the record that each keeps.
_guards[urn] contains serving.runs_as(guard) if {
	some guard in serving.all
	serving.on_event(guard)
	some urn in serving.state(guard).urns
}

_status(resource, grant, urn) := "pass" if {
	grant.role.value in data.params.routing.reader_roles
	_of_stack(resource, grant.member)
} else := "pass" if {
	grant.role.value in data.params.routing.writer_roles
	some member in object.get(_guards, urn, set())
	serving.given_to(resource, grant, member) == "pass"
} else := "undetermined" if {
	_unknown(grant)
} else := "fail"

_of_stack(_, member) if iam.accounts[iam.own_account(item.text(member))]

_of_stack(resource, member) if {
	member.state == "unknown"
	iam.takes_member_from_account(resource)
}

_unknown(grant) if grant.role.state in {"unknown", "secret"}

_unknown(grant) if {
	grant.member.state in {"unknown", "secret"}
	grant.role.value in data.params.routing.reader_roles
}
