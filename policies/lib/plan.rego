# METADATA
# title: The plan
# description: Resources of the plan by type, and the references between them.
package lockgate.lib.plan

import data.lockgate.lib.value

# METADATA
# description: The resources of a type, in the order of registration.
of(type) := object.get(input.by_type, type, [])

# METADATA
# description: The resources of any of some types.
of_any(types) := [resource | some type in types; some resource in of(type)]

# METADATA
# description: Every resource, by its URN. Sent with the question, it would be each resource a second time.
by_urn := {resource.urn: resource |
	some resources in input.by_type
	some resource in resources
}

# METADATA
# description: Whether a property of a resource is taken from the target resource.
points_to(resource, property, target) if {
	target.urn in object.get(resource.propertyDependencies, property, [])
}

# METADATA
# description: The resources of a type from which a property of a resource is taken.
referred(resource, property, type) := [target |
	some urn in object.get(resource.propertyDependencies, property, [])
	target := by_urn[urn]
	target.type == type
]

# METADATA
# description: |
#   Whether a property names the target resource: by its literal name where that is known (alone, or as the
#   last part of a path), else by reference. A literal wins: it is what Google Cloud will be sent.
names(resource, path, target) := "pass" if {
	_literal(resource, path) == target.inputs.name
} else := "fail" if {
	is_string(_literal(resource, path))
	is_string(object.get(target.inputs, "name", null))
} else := "pass" if {
	value.at(resource, path).state != "absent"
	points_to(resource, path[0], target)
} else := "undetermined" if {
	value.at(resource, path).state in {"unknown", "secret"}
	count(object.get(resource.propertyDependencies, path[0], [])) == 0
} else := "fail"

_literal(resource, path) := regex.replace(literal, `^.*/`, "") if {
	literal := value.at(resource, path).value
	is_string(literal)
}

# METADATA
# description: The resources of a type that a property names, or takes by reference; those for which `names` passes.
named(resource, path, type) := [by_urn[urn] | some urn in named_urns(resource, path, type)]

# METADATA
# description: |
#   Their URNs. They are looked up instead of trying each, so a large plan costs no more than its size.
named_urns(resource, path, type) := by_name | by_reference if {
	by_name := object.get(_index, [type, _literal(resource, path)], set())
	by_reference := {target.urn |
		some target in referred(resource, path[0], type)
		not is_string(object.get(target.inputs, "name", null))
	}
} else := set() if {
	value.at(resource, path).state == "absent"
} else := {target.urn | some target in referred(resource, path[0], type)}

# Whole at once: asked by type and name, OPA would go through all targets for each.
_index := _urns_by_name

_urns_by_name[type][name] contains target.urn if {
	some type, targets in input.by_type
	some target in targets
	name := target.inputs.name
}

# METADATA
# description: Whether a property names any resource of a type; the best of what `names` says of each.
refers(resource, path, type) := "pass" if {
	count(named_urns(resource, path, type)) > 0
} else := "undetermined" if {
	count(of(type)) > 0
	value.at(resource, path).state in {"unknown", "secret"}
	count(object.get(resource.propertyDependencies, path[0], [])) == 0
} else := "fail"

# METADATA
# description: |
#   The provider that a resource is registered with, in a list; empty where it is the default one, of which a
#   plan says nothing. A provider is referred to by its URN, or by URN::id.
provider(resource) := [found |
	is_string(resource.provider)
	urn := concat("::", array.slice(split(resource.provider, "::"), 0, 4))
	found := by_urn[urn]
]

# METADATA
# description: An argument of a provider that is not text. The SDK sends it as JSON in a text.
setting(provider, key) := value.of(json.unmarshal(given.value)) if {
	given := value.at(provider, [key])
	given.state == "known"
	is_string(given.value)
	json.is_valid(given.value)
} else := value.at(provider, [key])
