# METADATA
# title: Logs
# description: Which sink keeps which logs, and in which bucket.
package lockgate.lib.logs

import data.lockgate.lib.charter
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.value

# METADATA
# description: The planned log buckets, of a project, a folder, an organisation or a billing account.
buckets := plan.of_any([
	"gcp:logging/projectBucketConfig:ProjectBucketConfig",
	"gcp:logging/folderBucketConfig:FolderBucketConfig",
	"gcp:logging/organizationBucketConfig:OrganizationBucketConfig",
	"gcp:logging/billingAccountBucketConfig:BillingAccountBucketConfig",
])

# METADATA
# description: The planned sinks. Those of a folder or an organisation count when they include what lies below.
sinks := plan.of_any([
	"gcp:logging/projectSink:ProjectSink",
	"gcp:logging/folderSink:FolderSink",
	"gcp:logging/organizationSink:OrganizationSink",
])

# METADATA
# description: Whether a sink takes the logs of the charter's project.
takes(sink) := _own(value.at(sink, ["project"])) if {
	endswith(sink.type, ":ProjectSink")
} else := value.equals(value.at(sink, ["includeChildren"]), true)

_own(given) := project.own(given) if {
	charter.present
} else := "pass"

# METADATA
# description: Whether a sink is on and leaves nothing out.
whole(sink) := value.worst({
	value.none_of(value.at(sink, ["disabled"]), {true}),
	_none(value.at(sink, ["exclusions"])),
})

_none(given) := "pass" if {
	given.state == "absent"
} else := value.equals(given, [])

# METADATA
# description: |
#   Whether a sink keeps the logs of all these ids. A filter has to be absent or a list of log ids joined by OR:
#   of anything else nobody can say what it leaves out.
keeps(sink, ids) := "pass" if {
	value.at(sink, ["filter"]).state == "absent"
} else := "undetermined" if {
	value.at(sink, ["filter"]).state in {"unknown", "secret"}
} else := "pass" if {
	terms := [trim_space(term) | some term in split(item.text(value.at(sink, ["filter"])), " OR ")]
	every term in terms {
		regex.match(data.params.logs.term_pattern, term)
	}
	every id in ids {
		some term in terms
		split(term, "\"")[1] == id
	}
} else := "fail"

# METADATA
# description: Whether a sink writes to a bucket of the plan. A literal destination wins over a reference.
into(sink, bucket) := _same(item.text(value.at(sink, ["destination"])), bucket) if {
	value.at(sink, ["destination"]).state == "known"
} else := "pass" if {
	plan.points_to(sink, "destination", bucket)
} else := "undetermined" if {
	value.at(sink, ["destination"]).state in {"unknown", "secret"}
	count(object.get(sink.propertyDependencies, "destination", [])) == 0
} else := "fail"

_same(destination, bucket) := value.worst({
	value.equals(value.at(bucket, ["bucketId"]), regex.replace(destination, `^.*/buckets/`, "")),
	value.equals(value.at(bucket, ["location"]), regex.replace(destination, `^.*/locations/([^/]+)/.*$`, "$1")),
})

# METADATA
# description: Whether a sink brings the charter's audit logs, whole, into a bucket.
audits(sink, bucket) := value.worst({
	takes(sink),
	whole(sink),
	keeps(sink, data.params.logs.audit_terms),
	into(sink, bucket),
})

# METADATA
# description: The URNs of the buckets that hold audit logs, or may.
audit_buckets contains bucket.urn if {
	some bucket in buckets
	some sink in sinks
	audits(sink, bucket) != "fail"
}

# METADATA
# description: Days for which a bucket keeps its logs; Google keeps them 30 days where none or 0 is said.
retention(bucket) := {"state": "known", "value": data.params.logs.default_retention_days} if {
	days := value.number(value.at(bucket, ["retentionDays"]))
	_unsaid(days)
} else := value.number(value.at(bucket, ["retentionDays"]))

_unsaid(days) if days.state == "absent"

_unsaid(days) if days.value == 0

# METADATA
# description: |
#   Whether Data Access logs of all kinds are written for a service, without exempted members: by one
#   configuration of the project, or of what is above it, for the service or for all services.
audited(service) := value.best({_audits(config, service) | some config in configs})

# METADATA
# description: The planned audit configurations.
configs := plan.of_any([
	"gcp:projects/iAMAuditConfig:IAMAuditConfig",
	"gcp:folder/iamAuditConfig:IamAuditConfig",
	"gcp:organizations/iamAuditConfig:IamAuditConfig",
])

_audits(config, service) := value.worst({
	value.one_of(value.at(config, ["service"]), {service, "allServices"}),
	_of_project(config),
	exemptions(config),
	_kinds(value.items(value.at(config, ["auditLogConfigs"]))),
})

_of_project(config) := _own(value.at(config, ["project"])) if {
	startswith(config.type, "gcp:projects/")
} else := "pass"

# METADATA
# description: pass when an audit configuration exempts nobody.
exemptions(config) := value.worst({_none(item.part(kind, "exemptedMembers")) |
	some kind in value.items(value.at(config, ["auditLogConfigs"]))
})

_kinds(kinds) := value.worst({value.best({_kind(given, wanted) | some given in kinds}) |
	some wanted in data.params.logs.audited_kinds
})

_kind(given, wanted) := value.equals(item.part(given, "logType"), wanted)
