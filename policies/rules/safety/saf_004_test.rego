package lockgate.rules.safety.saf_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.safety.saf_004

_filters := {
	"raiSettings": {"raiFilters": [{"filterType": harm, "confidenceLevel": "MEDIUM_AND_ABOVE"} |
		some harm in ["SEXUALLY_EXPLICIT", "HATE_SPEECH", "HARASSMENT", "DANGEROUS"]
	]},
	"piAndJailbreakFilterSettings": {"filterEnforcement": "ENABLED", "confidenceLevel": "LOW_AND_ABOVE"},
	"maliciousUriFilterSettings": {"filterEnforcement": "ENABLED"},
}

_floor(changes) := object.union(
	fixture.resource("gcp:modelarmor/floorsetting:Floorsetting", "f", object.union(
		{
			"filterConfig": _filters,
			"enableFloorSettingEnforcement": true,
			"integratedServices": ["AI_PLATFORM"],
			"aiPlatformFloorSetting": {"inspectAndBlock": true, "enableCloudLogging": true},
			"floorSettingMetadata": {"multiLanguageDetection": {"enableMultiLanguageDetection": true}},
		},
		changes,
	)),
	{"protect": true},
)

_judged(floor) := statuses if {
	statuses := fixture.statuses(saf_004.findings) with input as fixture.judged([floor], null)
}

_is(changes, status) if _judged(_floor(changes)) == {["f", status]}

test_passes_when_enforced if _is({}, "pass")

test_fails_when_not_enforced if _is({"enableFloorSettingEnforcement": false}, "fail")

test_fails_without_vertex if _is({"integratedServices": []}, "fail")

test_fails_when_it_does_not_block if _is({"aiPlatformFloorSetting": {"inspectAndBlock": false}}, "fail")

test_fails_when_it_only_looks if _is({"aiPlatformFloorSetting": {"inspectOnly": true}}, "fail")

test_fails_when_it_does_not_log if _is({"aiPlatformFloorSetting": {"enableCloudLogging": false}}, "fail")

test_fails_in_one_language if _is({"floorSettingMetadata": null}, "fail")

test_fails_with_a_lax_filter if _is({"filterConfig": {"maliciousUriFilterSettings": {"filterEnforcement": "DISABLED"}}}, "fail")

test_fails_unprotected if _judged(object.union(_floor({}), {"protect": false})) == {["f", "fail"]}

test_undetermined_when_unknown if {
	unknown := {"op": "replace", "path": "inputs/aiPlatformFloorSetting", "value": fixture.unknown}
	_judged(json.patch(_floor({}), [unknown])) == {["f", "undetermined"]}
}
