# METADATA
# title: Everything lies within the residency
# description: |
#   Each resource with a location lies in a region of data.residency: not in another, in no multi-region and not
#   globally, unless it is of a kind that Google has only globally and that holds no data. What is not said counts as
#   Google would choose it: a dataset in the US, messages, secrets and backups wherever Google keeps them.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-001
#   severity: critical
#   group: data
#   needs_charter: true
#   judges: ["gcp:*"]
#   remediation: Set the property named to a region of data.residency, or add the region to the charter if data may be there.
#   controls: ["GDPR Art. 44"]
package lockgate.rules.data.dat_001

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-001", resource, "pass", "it has no location of its own") if some resource in _nowhere

findings contains result.of("DAT-001", resource, status, _message(status, said)) if {
	some urn in _somewhere
	resource := plan.by_urn[urn]
	said := _said(resource)
	status := value.worst({place.status | some place in said})
}

# Most resources have no location; they are passed by before anything is reckoned.
_nowhere := [resource |
	some type, resources in input.by_type
	startswith(type, "gcp:")
	not data.params.data.places[type]
	some resource in resources
	not resource.inputs.location
	not resource.inputs.region
	not resource.inputs.zone
]

_somewhere := {resource.urn |
	some type, resources in input.by_type
	startswith(type, "gcp:")
	some resource in resources
} - {resource.urn | some resource in _nowhere}

_message("pass", said) := sprintf("it lies in %s", [_places("pass", said)])

_message("undetermined", said) := sprintf("where it lies is unknown until the deployment: %s", [_places("undetermined", said)])

_message("fail", said) := sprintf("%s; the residency is %s", [_places("fail", said), concat(", ", input.charter.data.residency)])

_places(status, said) := concat(", ", sort({place.text | some place in said; place.status == status}))

# The places that a resource names, or that Google would choose.
_said(resource) := {place |
	some where in _paths(resource)
	_asked(resource, where)
	some region in _regions(resource, where, value.at(resource, where.path))
	place := {
		"text": sprintf("%s is %s", [concat(".", where.path), value.show(region)]),
		"status": _resident(resource.type, region),
	}
}

_paths(resource) := data.params.data.places[resource.type] if {
	data.params.data.places[resource.type]
} else := [{"path": [key], "absent": ""} | some key in ["location", "region", "zone"]]

# A backup that is not made lies nowhere.
_asked(resource, where) if {
	where.only_if
	value.at(resource, where.only_if).value == true
}

_asked(_, where) if not where.only_if

_regions(resource, where, given) := [_region(given, where)] if {
	given.state != "absent"
	not item.is_list(given)
} else := [_region(place, where) | some place in value.items(given)] if {
	item.is_list(given)
	count(given.value) > 0
} else := [] if {
	where.absent == ""
} else := [_provider_region(resource)] if {
	where.absent == "provider"
} else := [{"state": "known", "value": where.absent}]

_region(place, where) := _plain(item.part(place, where.each)) if {
	where.each
} else := {"state": "known", "value": lower(regex.replace(place.value, where.pattern, "$1"))} if {
	is_string(place.value)
	regex.match(where.pattern, place.value)
} else := {"state": "known", "value": where.absent} if {
	place.state == "known"
	where.pattern
} else := _plain(place)

# A zone lies in its region; both may be written as a path, and in capitals.
_plain(place) := {"state": "known", "value": region} if {
	is_string(place.value)
	region := regex.replace(regex.replace(lower(place.value), `^.*/`, ""), `^([a-z]+-[a-z]+[0-9]+)-[a-z]$`, "$1")
} else := place

_provider_region(resource) := _plain(value.at(provider, ["region"])) if {
	provider := plan.provider(resource)[0]
	value.at(provider, ["region"]).state != "absent"
} else := {"state": "unknown"}

_resident(type, region) := "pass" if {
	region == {"state": "known", "value": "global"}
	type in data.params.data.global_types
} else := project.resident(region)
