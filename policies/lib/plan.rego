# METADATA
# title: The plan
# description: Resources of the plan by type, and the references between them.
package lockgate.lib.plan

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
