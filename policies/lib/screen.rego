# METADATA
# title: Screening
# description: What a Model Armor template or floor setting looks for, and how strictly.
package lockgate.lib.screen

import data.lockgate.lib.item
import data.lockgate.lib.value

# METADATA
# description: The filters that are weaker than the parameters ask, each by name with its status; a set.
filters(resource) := {["attempts to subvert the model", _guarded(resource)], ["dangerous links", _links(resource)]} | _harms(resource)

_guarded(resource) := value.worst({
	value.equals(value.at(resource, ["filterConfig", "piAndJailbreakFilterSettings", "filterEnforcement"]), "ENABLED"),
	_confident(value.at(resource, ["filterConfig", "piAndJailbreakFilterSettings", "confidenceLevel"])),
})

_links(resource) := value.equals(
	value.at(resource, ["filterConfig", "maliciousUriFilterSettings", "filterEnforcement"]),
	"ENABLED",
)

_harms(resource) := {[harm, value.best({_screens(given, harm) | some given in given_filters})] |
	given_filters := value.items(value.at(resource, ["filterConfig", "raiSettings", "raiFilters"]))
	some harm in data.params.safety.harms
}

_screens(given, harm) := value.worst({
	value.equals(item.part(given, "filterType"), harm),
	_confident(item.part(given, "confidenceLevel")),
})

_confident(level) := value.one_of(level, {allowed | some allowed in data.params.safety.confidence})

# METADATA
# description: The worst status of the filters.
status(resource) := value.worst({filter[1] | some filter in filters(resource)})

# METADATA
# description: The names of the filters with a status, for a message.
named(resource, status) := concat(", ", sort({filter[0] | some filter in filters(resource); filter[1] == status}))
