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
keeps(sink, ids) := _lets(value.at(sink, ["filter"]), ids)

_lets(filter, ids) := "pass" if {
	filter.state == "absent"
} else := "undetermined" if {
	filter.state in {"unknown", "secret"}
} else := "pass" if {
	terms := [trim_space(term) | some term in split(item.text(filter), " OR ")]
	every term in terms {
		regex.match(data.params.logs.term_pattern, term)
	}
	every id in ids {
		some term in terms
		split(term, "\"")[1] == id
	}
} else := "fail"

# METADATA
# description: |
#   The buckets of the plan that a sink writes to, or may: their URNs with a status. A literal destination wins
#   over a reference; one that is unknown and refers to nothing may be any bucket.
destinations(sink) := {urn: status |
	some urn in object.get(_by_id, regex.replace(literal, `^.*/buckets/`, ""), set())
	status := value.equals(
		value.at(plan.by_urn[urn], ["location"]),
		regex.replace(literal, `^.*/locations/([^/]+)/.*$`, "$1"),
	)
} if {
	value.at(sink, ["destination"]).state == "known"
	literal := item.text(value.at(sink, ["destination"]))
} else := {bucket.urn: "undetermined" | some bucket in buckets} if {
	value.at(sink, ["destination"]).state in {"unknown", "secret"}
	count(object.get(sink.propertyDependencies, "destination", [])) == 0
} else := {urn: "pass" |
	value.at(sink, ["destination"]).state != "absent"
	some urn in object.get(sink.propertyDependencies, "destination", [])
	urn in _urns
}

_urns := {bucket.urn | some bucket in buckets}

_by_id[id] contains bucket.urn if {
	some bucket in buckets
	id := value.at(bucket, ["bucketId"]).value
}

# METADATA
# description: |
#   Each sink that brings logs of the charter's project, whole, to a bucket of the plan, by its URN: whether it
#   brings them, and to which buckets.
brought[sink.urn] := {"sink": sink, "status": value.worst({takes(sink), whole(sink)}), "to": destinations(sink)} if {
	some sink in sinks
}

# METADATA
# description: Whether logs with all these ids come to some bucket of the plan.
kept(ids) := value.best({value.worst({one.status, keeps(one.sink, ids), status}) |
	some one in brought
	some status in one.to
})

# METADATA
# description: The URNs of the buckets that hold audit logs, or may.
audit_buckets contains urn if {
	some one in brought
	value.worst({one.status, keeps(one.sink, data.params.logs.audit_terms)}) != "fail"
	some urn, status in one.to
	status != "fail"
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
audited(service) := value.best({value.worst({value.one_of(named, {service, "allServices"}), status}) |
	some [named, status] in _audited
})

# Reckoned once for each configuration, whatever the service.
_audited := {[value.at(config, ["service"]), status] |
	some config in configs
	status := value.worst({
		_of_project(config),
		exemptions(config),
		_kinds(value.items(value.at(config, ["auditLogConfigs"]))),
	})
}

# METADATA
# description: The planned audit configurations.
configs := plan.of_any([
	"gcp:projects/iAMAuditConfig:IAMAuditConfig",
	"gcp:folder/iamAuditConfig:IamAuditConfig",
	"gcp:organizations/iamAuditConfig:IamAuditConfig",
])

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
