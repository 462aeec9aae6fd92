# METADATA
# title: Masking
# description: The fields that the charter masks, and the templates of Sensitive Data Protection that find and replace them.
package lockgate.lib.masking

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.value

# METADATA
# description: Whether the charter has something to mask.
wanted if input.charter.data.personal

wanted if count(input.charter.data.masked_fields) > 0

# METADATA
# description: The planned inspection templates.
inspections := plan.of("gcp:dataloss/preventionInspectTemplate:PreventionInspectTemplate")

# METADATA
# description: The planned de-identification templates.
deidentifications := plan.of("gcp:dataloss/preventionDeidentifyTemplate:PreventionDeidentifyTemplate")

# METADATA
# description: |
#   Whether a Model Armor template uses one of some templates, under a key of its advanced configuration. A
#   literal name ends in the template's id.
uses(armor, key, templates) := value.best({value.equals(value.at(template, ["templateId"]), id) |
	some template in templates
	id := regex.replace(item.text(given), `^.*/`, "")
}) if {
	given := value.at(armor, ["filterConfig", "sdpSettings", "advancedConfig", key])
	given.state == "known"
} else := "fail" if {
	value.at(armor, ["filterConfig", "sdpSettings", "advancedConfig", key]).state == "absent"
} else := "pass" if {
	some urn in object.get(armor.propertyDependencies, "filterConfig", [])
	plan.by_urn[urn].type == templates[0].type
} else := "undetermined" if {
	count(object.get(armor.propertyDependencies, "filterConfig", [])) == 0
} else := "fail"

# METADATA
# description: |
#   The names that find a field of the charter: its own, in capitals, and, where its name says what it holds, Google's
#   detector of that.
kinds(field) := {own} | {detector |
	some word, detector in data.params.safety.detectors
	contains(lower(own), word)
} if {
	own := trim(regex.replace(upper(field), `[^A-Z0-9]+`, "_"), "_")
}

# METADATA
# description: The kinds of all masked fields.
all_kinds := union({kinds(field) | some field in input.charter.data.masked_fields})

# METADATA
# description: Whether an inspection template finds a kind, by a detector of Google or one of its own.
finds(template, kind) := value.best(_builtin(template, kind) | _own(template, kind))

_builtin(template, kind) := {value.among(_names(template), kind)}

_names(template) := {item.part(detector, "name") |
	some detector in value.items(value.at(template, ["inspectConfig", "infoTypes"]))
}

_own(template, kind) := {value.worst({value.equals(name, kind), status}) | some [name, status] in _detectors(template)}

# The detectors of one's own, each by name with whether it finds something.
_detectors(template) := {[item.part(item.part(detector, "infoType"), "name"), status] |
	some detector in value.items(value.at(template, ["inspectConfig", "customInfoTypes"]))
	status := value.worst({
		value.none_of(item.part(detector, "exclusionType"), {"EXCLUSION_TYPE_EXCLUDE"}),
		_says_what(detector),
	})
}

# By what a detector of one's own finds: a pattern, words, or a list that is stored.
_says_what(detector) := "undetermined" if {
	item.part(detector, "regex").state in {"unknown", "secret"}
} else := "pass" if {
	item.part(item.part(detector, "regex"), "pattern").state in {"known", "secret"}
} else := "pass" if {
	some key in {"dictionary", "storedType", "surrogateType"}
	item.part(detector, key).state != "absent"
} else := value.equals(item.part(item.part(detector, "regex"), "pattern"), "")

# METADATA
# description: |
#   Whether a de-identification template replaces a kind wholly. A transformation without kinds is for all of them.
replaces(template, kind) := value.best({value.worst({_for(item.part(step, "infoTypes"), kind), wholly(step)}) |
	some step in value.items(value.at(template, ["deidentifyConfig", "infoTypeTransformations", "transformations"]))
})

_for(types, _) := "pass" if types.state == "absent"

_for(types, _) := "pass" if types.value == []

_for(types, kind) := value.best({value.equals(item.part(type, "name"), kind) | some type in value.items(types)}) if {
	types.state != "absent"
	types != {"state": "known", "value": []}
}

# METADATA
# description: Whether a transformation leaves nothing of the value readable.
wholly(step) := value.best({_whole(item.part(step, "primitiveTransformation"), kind) |
	some kind in array.concat(data.params.safety.transformations, ["characterMaskConfig"])
})

_whole(primitive, "characterMaskConfig") := value.worst({
	_set(item.part(primitive, "characterMaskConfig")),
	_nothing(item.part(item.part(primitive, "characterMaskConfig"), "numberToMask")),
	_nothing(item.part(item.part(primitive, "characterMaskConfig"), "charactersToIgnores")),
})

_whole(primitive, kind) := _set(item.part(primitive, kind)) if kind != "characterMaskConfig"

_set(given) := "undetermined" if {
	given.state in {"unknown", "secret"}
} else := "pass" if {
	given.state == "known"
	given.value != false
} else := "fail"

_nothing(given) := "pass" if {
	given.state == "absent"
} else := value.one_of(given, {0, []})
