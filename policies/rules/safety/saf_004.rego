# METADATA
# title: The floor setting is enforced
# description: |
#   A floor setting is enforced, covers Vertex AI, blocks and logs what it finds, understands every language, looks for
#   everything at medium confidence or below, and cannot be dropped by mistake: deleting it leaves at Google what was
#   there, and nobody would look after it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SAF-004
#   severity: high
#   group: safety
#   needs_charter: false
#   judges: ["gcp:modelarmor/floorsetting:Floorsetting"]
#   remediation: Set enableFloorSettingEnforcement true, integratedServices [AI_PLATFORM], aiPlatformFloorSetting with inspectAndBlock and enableCloudLogging true, multi-language detection on, every filter at MEDIUM_AND_ABOVE or LOW_AND_ABOVE, and protect=True.
#   controls: ["EU AI Act Art. 15"]
package lockgate.rules.safety.saf_004

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.screen
import data.lockgate.lib.value

findings contains result.of("SAF-004", floor, status, message) if {
	some floor in plan.of("gcp:modelarmor/floorsetting:Floorsetting")
	settings := _settings(floor)
	status := value.worst({screen.status(floor)} | {setting | some setting in settings})
	weak := [name | some name, setting in settings; setting == status]
	message := _message(status, concat("; ", sort(array.concat(weak, [screen.named(floor, status)]))))
}

_message("pass", _) := "it is enforced on Vertex AI, and looks for everything"

_message("undetermined", what) := sprintf("not known until the deployment: %s", [trim(what, "; ")])

_message("fail", what) := sprintf("off or too weak: %s", [trim(what, "; ")])

_settings(floor) := {
	"enforcement": value.equals(value.at(floor, ["enableFloorSettingEnforcement"]), true),
	"Vertex AI": value.best({value.equals(service, "AI_PLATFORM") | some service in value.items(value.at(floor, ["integratedServices"]))}),
	"blocking": value.worst({
		value.equals(value.at(floor, ["aiPlatformFloorSetting", "inspectAndBlock"]), true),
		value.none_of(value.at(floor, ["aiPlatformFloorSetting", "inspectOnly"]), {true}),
	}),
	"logging": value.equals(value.at(floor, ["aiPlatformFloorSetting", "enableCloudLogging"]), true),
	"every language": value.equals(
		value.at(floor, ["floorSettingMetadata", "multiLanguageDetection", "enableMultiLanguageDetection"]),
		true,
	),
	"protection": _protected(floor),
}

_protected(floor) := "pass" if {
	floor.protect
} else := "fail"
