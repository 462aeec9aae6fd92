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
# description: Whether a property of a resource is taken from the target resource.
points_to(resource, property, target) if {
	target.urn in object.get(resource.propertyDependencies, property, [])
}

# METADATA
# description: The resources of a type from which a property of a resource is taken.
referred(resource, property, type) := [target |
	some urn in object.get(resource.propertyDependencies, property, [])
	target := input.by_urn[urn]
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

_literal(resource, path) := regex.replace(value.at(resource, path).value, `^.*/`, "")

# METADATA
# description: |
#   The provider that a resource is registered with, in a list; empty where it is the default one, of which a
#   plan says nothing. A provider is referred to by its URN, or by URN::id.
provider(resource) := [found |
	urn := concat("::", array.slice(split(resource.provider, "::"), 0, 4))
	found := input.by_urn[urn]
]

# METADATA
# description: An argument of a provider that is not text. The SDK sends it as JSON in a text.
setting(provider, key) := value.of(json.unmarshal(given.value)) if {
	given := value.at(provider, [key])
	given.state == "known"
	is_string(given.value)
	json.is_valid(given.value)
} else := value.at(provider, [key])
