# METADATA
# title: The charter's auditors can read the audit logs
# description: |
#   Each of logging.auditors may read a log view of the plan. A record that only those can read whom it is about is no
#   record.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-008
#   severity: high
#   group: logs
#   needs_charter: true
#   judges: stack
#   remediation: Add a gcp.logging.LogView on the audit bucket and a gcp.logging.LogViewIamMember with roles/logging.viewAccessor for each of logging.auditors.
#   controls: []
package lockgate.rules.logs.log_008

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.logs
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("LOG-008", status, _message(status)) if {
	status := value.worst({_reads(auditor) | some auditor in input.charter.logging.auditors})
}

_message("pass") := "the charter's auditors can read a view of the audit bucket"

_message("undetermined") := sprintf("whether %s can read the audit logs is unknown until the deployment", [_named("undetermined")])

_message("fail") := sprintf("%s cannot read a view of the audit bucket", [_named("fail")])

_named(status) := concat(", ", sort({auditor | some auditor in input.charter.logging.auditors; _reads(auditor) == status}))

_reads(auditor) := value.best({value.worst({_on_view(resource), _given(grant, auditor)}) |
	some resource in plan.of_any(_types)
	some grant in iam.grants(resource)
})

_types := [
	"gcp:logging/logViewIamMember:LogViewIamMember",
	"gcp:logging/logViewIamBinding:LogViewIamBinding",
	"gcp:logging/logViewIamPolicy:LogViewIamPolicy",
]

_given(grant, auditor) := value.worst({
	value.equals(grant.role, data.params.logs.viewer_role),
	value.equals(grant.member, auditor),
})

_on_view(resource) := value.best({_view(view) | some view in plan.named(resource, ["name"], _type)} | unknown) if {
	unknown := {value.worst({"undetermined", _view(view)}) |
		plan.refers(resource, ["name"], _type) == "undetermined"
		some view in plan.of(_type)
	}
}

_type := "gcp:logging/logView:LogView"

_view(view) := value.worst({_of_audit_bucket(view), _whole(view)})

# A literal wins over a reference: it is what Google is sent.
_of_audit_bucket(view) := value.among(_bucket_ids, regex.replace(item.text(bucket), `^.*/`, "")) if {
	bucket := value.at(view, ["bucket"])
	bucket.state == "known"
} else := "pass" if {
	some urn in object.get(view.propertyDependencies, "bucket", [])
	urn in logs.audit_buckets
} else := "undetermined" if {
	count(logs.audit_buckets) > 0
	count(object.get(view.propertyDependencies, "bucket", [])) == 0
} else := "fail"

_bucket_ids := {value.at(plan.by_urn[urn], ["bucketId"]) | some urn in logs.audit_buckets}

# A view that shows one kind of log hides the others.
_whole(view) := "pass" if {
	value.at(view, ["filter"]).state == "absent"
} else := value.matches(value.at(view, ["filter"]), `^SOURCE\("[^"]+"\)$`)
