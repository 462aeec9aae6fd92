# METADATA
# title: Only operators write the switch
# description: |
#   On the bucket of the routers' switch, accounts of the stack may read, and routing.operators may write; nobody else
#   may do either, nobody writes to all buckets of the project, and no deployment puts an object there. Whoever writes
#   the switch can stop the service, or start again what was stopped for a reason.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-020
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: ["gcp:storage/bucketIAMBinding:BucketIAMBinding", "gcp:storage/bucketIAMMember:BucketIAMMember", "gcp:storage/bucketIAMPolicy:BucketIAMPolicy", "gcp:storage/bucketObject:BucketObject"]
#   remediation: Grant roles/storage.objectViewer to the router, roles/storage.objectUser to each of routing.operators, and nothing to anybody else; leave the object to 'lockgate switch'.
#   controls: ["EU AI Act Art. 14"]
package lockgate.rules.routing.rou_020

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_bucket := "gcp:storage/bucket:Bucket"

_object := "gcp:storage/bucketObject:BucketObject"

_switches := {urn | some urns in serving.switch_buckets; some urn in urns}

findings contains result.of("ROU-020", resource, status, message) if {
	some resource in plan.of_any(array.concat(data.params.routing.bucket_grants, [_object]))
	[status, message] := _judgement(resource, plan.named_urns(resource, ["bucket"], _bucket) & _switches)
}

_judgement(resource, urns) := ["undetermined", "on which bucket it is is unknown until the deployment"] if {
	count(urns) == 0
	plan.refers(resource, ["bucket"], _bucket) == "undetermined"
} else := ["skipped", "is about another bucket than the switch's"] if {
	count(urns) == 0
} else := ["fail", "is put where the switch is: a deployment would undo what an operator set"] if {
	resource.type == _object
} else := [status, message] if {
	judged := [{"grant": grant, "status": _status(resource, grant)} | some grant in iam.grants(resource)]
	status := value.worst({one.status | some one in judged})
	message := concat("; ", {sprintf("%s has %s", [value.show(one.grant.member), value.show(one.grant.role)]) | some one in judged})
}

_status(resource, grant) := "pass" if {
	grant.role.value in data.params.routing.reader_roles
	_reads(resource, grant.member)
} else := "pass" if {
	grant.role.value in data.params.routing.writer_roles
	grant.member.value in serving.operators
} else := "undetermined" if {
	grant.role.state in {"unknown", "secret"}
} else := "undetermined" if {
	grant.member.state in {"unknown", "secret"}
} else := "fail"

_reads(_, member) if iam.accounts[iam.own_account(item.text(member))]

_reads(_, member) if member.value in serving.operators

_reads(resource, member) if {
	member.state == "unknown"
	iam.takes_member_from_account(resource)
}

findings contains result.of("ROU-020", resource, "fail", sprintf("%s has %s, which writes to every bucket", [value.show(grant.member), grant.role.value])) if {
	count(_switches) > 0
	some resource in iam.wide
	some grant in iam.grants(resource)
	regex.match(data.params.routing.wide_writers, grant.role.value)
	not _google(grant.member)
}

_google(member) if iam.is_google_agent(member.value)
