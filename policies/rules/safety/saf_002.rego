# METADATA
# title: Screening blocks, and looks for everything
# description: |
#   A template blocks what it finds, treats a detector that fails as a finding, understands every language, and looks for
#   each harm, for attempts to subvert the model and for dangerous links, at medium confidence or below. It does not log
#   what it was given: a log of prompts is a store of personal data that nobody planned.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SAF-002
#   severity: high
#   group: safety
#   needs_charter: false
#   judges: ["gcp:modelarmor/template:Template"]
#   remediation: Set enforcementType INSPECT_AND_BLOCK, multi-language detection on, ignorePartialInvocationFailures and logSanitizeOperations off, logTemplateOperations on, and enable every filter at MEDIUM_AND_ABOVE or LOW_AND_ABOVE.
#   controls: ["EU AI Act Art. 15"]
package lockgate.rules.safety.saf_002

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.screen
import data.lockgate.lib.value

findings contains result.of("SAF-002", template, status, message) if {
	some template in plan.of("gcp:modelarmor/template:Template")
	settings := _settings(template)
	status := value.worst({screen.status(template)} | {setting | some setting in settings})
	weak := [name | some name, setting in settings; setting == status]
	message := _message(status, concat("; ", sort(array.concat(weak, [screen.named(template, status)]))))
}

_message("pass", _) := "it blocks, and looks for everything"

_message("undetermined", what) := sprintf("not known until the deployment: %s", [trim(what, "; ")])

_message("fail", what) := sprintf("off or too weak: %s", [trim(what, "; ")])

_settings(template) := {
	"blocking": value.equals(value.at(template, ["templateMetadata", "enforcementType"]), "INSPECT_AND_BLOCK"),
	"failing closed": value.none_of(value.at(template, ["templateMetadata", "ignorePartialInvocationFailures"]), {true}),
	"leaving prompts out of logs": value.none_of(value.at(template, ["templateMetadata", "logSanitizeOperations"]), {true}),
	"logging changes of the template": value.equals(value.at(template, ["templateMetadata", "logTemplateOperations"]), true),
	"every language": value.equals(
		value.at(template, ["templateMetadata", "multiLanguageDetection", "enableMultiLanguageDetection"]),
		true,
	),
}
