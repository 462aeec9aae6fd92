package lockgate.rules.safety.saf_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.safety.saf_002

_filters := {
	"raiSettings": {"raiFilters": [{"filterType": harm, "confidenceLevel": "MEDIUM_AND_ABOVE"} |
		some harm in ["SEXUALLY_EXPLICIT", "HATE_SPEECH", "HARASSMENT", "DANGEROUS"]
	]},
	"piAndJailbreakFilterSettings": {"filterEnforcement": "ENABLED", "confidenceLevel": "LOW_AND_ABOVE"},
	"maliciousUriFilterSettings": {"filterEnforcement": "ENABLED"},
}

_judged(changes) := _patched(changes, [])

_patched(changes, operations) := statuses if {
	template := fixture.resource("gcp:modelarmor/template:Template", "t", object.union(
		{
			"filterConfig": _filters,
			"templateMetadata": {
				"enforcementType": "INSPECT_AND_BLOCK",
				"ignorePartialInvocationFailures": false,
				"logTemplateOperations": true,
				"logSanitizeOperations": false,
				"multiLanguageDetection": {"enableMultiLanguageDetection": true},
			},
		},
		changes,
	))
	statuses := fixture.statuses(saf_002.findings) with input as fixture.judged([json.patch(template, operations)], null)
}

_meta(changes) := _judged({"templateMetadata": changes})

_weak(changes) := _judged({"filterConfig": changes})

test_passes_when_strict if _judged({}) == {["t", "pass"]}

test_fails_when_it_only_looks if _meta({"enforcementType": "INSPECT_ONLY"}) == {["t", "fail"]}

test_fails_when_nothing_is_said if _judged({"templateMetadata": null}) == {["t", "fail"]}

test_fails_open if _meta({"ignorePartialInvocationFailures": true}) == {["t", "fail"]}

test_fails_when_prompts_are_logged if _meta({"logSanitizeOperations": true}) == {["t", "fail"]}

test_fails_when_changes_are_not_logged if _meta({"logTemplateOperations": false}) == {["t", "fail"]}

test_fails_in_one_language if _meta({"multiLanguageDetection": null}) == {["t", "fail"]}

test_fails_without_filters if _judged({"filterConfig": null}) == {["t", "fail"]}

test_fails_without_a_filter_of_attempts if {
	_weak({"piAndJailbreakFilterSettings": {"filterEnforcement": "DISABLED"}}) == {["t", "fail"]}
}

test_fails_with_a_lax_filter if _weak({"piAndJailbreakFilterSettings": {"confidenceLevel": "HIGH"}}) == {["t", "fail"]}

test_fails_without_a_filter_of_links if _weak({"maliciousUriFilterSettings": null}) == {["t", "fail"]}

test_fails_without_a_harm if {
	_weak({"raiSettings": {"raiFilters": [{"filterType": "DANGEROUS", "confidenceLevel": "LOW_AND_ABOVE"}]}}) == {["t", "fail"]}
}

test_undetermined_when_the_filters_are_unknown if {
	unknown := {"op": "replace", "path": "inputs/filterConfig", "value": fixture.unknown}
	_patched({}, [unknown]) == {["t", "undetermined"]}
}

test_undetermined_when_blocking_is_unknown if _meta({"enforcementType": fixture.unknown}) == {["t", "undetermined"]}
