# METADATA
# title: Masking
# description: The fields that the charter masks, and the templates of Sensitive Data Protection that find and replace them.
package lockgate.lib.masking

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
	id := regex.replace(given.value, `^.*/`, "")
}) if {
	given := value.at(armor, ["filterConfig", "sdpSettings", "advancedConfig", key])
	given.state == "known"
} else := "fail" if {
	value.at(armor, ["filterConfig", "sdpSettings", "advancedConfig", key]).state == "absent"
} else := "pass" if {
	some template in templates
	plan.points_to(armor, "filterConfig", template)
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

_builtin(template, kind) := {_named(item, ["name"], kind) |
	some item in value.items(value.at(template, ["inspectConfig", "infoTypes"]))
}

_own(template, kind) := {value.worst({_named(item, ["infoType", "name"], kind), _counts(item)}) |
	some item in value.items(value.at(template, ["inspectConfig", "customInfoTypes"]))
}

_named(item, path, kind) := value.equals(value.of(object.get(item.value, path, null)), kind) if {
	item.state == "known"
} else := "undetermined"

_counts(item) := value.none_of(value.of(object.get(item.value, "exclusionType", null)), {"EXCLUSION_TYPE_EXCLUDE"}) if {
	item.state == "known"
} else := "undetermined"

# METADATA
# description: |
#   Whether a de-identification template replaces a kind wholly. A transformation without kinds is for all of them.
replaces(template, kind) := value.best({_transforms(item, kind) |
	some item in value.items(value.at(template, ["deidentifyConfig", "infoTypeTransformations", "transformations"]))
})

_transforms(item, kind) := value.worst({_for(value.of(object.get(item.value, "infoTypes", null)), kind), wholly(item)}) if {
	item.state == "known"
} else := "undetermined"

_for(types, _) := "pass" if {
	types.state == "absent"
} else := "pass" if {
	types.value == []
}

_for(types, kind) := value.best({_named(type, ["name"], kind) | some type in value.items(types)}) if {
	types.state != "absent"
	types != {"state": "known", "value": []}
}

# METADATA
# description: Whether a transformation leaves nothing of the value readable.
wholly(item) := "pass" if {
	some kind in data.params.safety.transformations
	object.get(item.value, ["primitiveTransformation", kind], null) != null
} else := "pass" if {
	mask := object.get(item.value, ["primitiveTransformation", "characterMaskConfig"], null)
	is_object(mask)
	object.get(mask, "numberToMask", 0) == 0
	object.get(mask, "charactersToIgnores", []) == []
} else := "undetermined" if {
	value.of(object.get(item.value, "primitiveTransformation", null)).state in {"unknown", "secret"}
} else := "fail"
