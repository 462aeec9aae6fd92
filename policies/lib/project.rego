# METADATA
# title: The charter's project
# description: Whether a resource belongs to the project and to the regions that the charter names.
package lockgate.lib.project

import data.lockgate.lib.value

# METADATA
# description: The project by its id and by its number, as resources spell it.
spellings := {sprintf("%s%s", [prefix, name]) |
	some prefix in {"", "projects/"}
	some name in {input.charter.cloud.project, input.charter.cloud.project_number}
}

# METADATA
# description: pass when the value is the charter's project; absent is the provider's project, which is the same.
own(given) := "pass" if {
	given.state == "absent"
} else := value.one_of(given, spellings)

# METADATA
# description: pass when the value is one of the regions in which the charter allows data.
resident(region) := value.one_of(region, {allowed | some allowed in input.charter.data.residency})
