# METADATA
# title: Cases stay within the residency and the project
# description: |
#   Functions, services, their images, their buckets, the scheduler's jobs and the grants on them are in one of
#   data.residency and in the charter's project. A function elsewhere takes every case across the border, and a grant
#   elsewhere lets a stranger's function be called instead.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-018
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: ["gcp:artifactregistry/repository:Repository", "gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service", "gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "gcp:cloudscheduler/job:Job", "gcp:storage/bucket:Bucket"]
#   remediation: Set location (region of a job) to one of the charter's data.residency, and project to cloud.project or leave it out.
#   controls: ["GDPR Art. 44"]
package lockgate.rules.routing.rou_018

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

_paths[type] := path if some type, path in data.params.routing.places

_paths[type] := settings.location if some type, settings in data.params.routing.services

findings contains result.of("ROU-018", resource, status, message) if {
	some type, path in _paths
	some resource in plan.of(type)
	where := _lower(value.at(resource, path))
	status := value.worst({_resident(type, where), project.own(value.at(resource, ["project"]))})
	message := sprintf("is in %s, project %s; data.residency has %s", [
		value.show(where),
		value.show(value.at(resource, ["project"])),
		concat(", ", input.charter.data.residency),
	])
}

# A grant without a location is where its service is; anything else without one is where Google likes.
_resident(type, where) := "pass" if {
	where.state == "absent"
	regex.match(`Iam(Member|Binding|Policy)$`, type)
} else := value.one_of(where, input.charter.data.residency)

# Cloud Storage spells regions in capitals.
_lower(given) := {"state": "known", "value": lower(given.value)} if {
	given.state == "known"
	is_string(given.value)
} else := given
