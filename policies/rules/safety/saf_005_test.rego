package lockgate.rules.safety.saf_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.safety.saf_005

_inspect := fixture.resource("gcp:dataloss/preventionInspectTemplate:PreventionInspectTemplate", "i", {"templateId": "find"})

_deidentify := fixture.resource("gcp:dataloss/preventionDeidentifyTemplate:PreventionDeidentifyTemplate", "d", {"templateId": "mask"})

_armor(find, mask) := fixture.resource("gcp:modelarmor/template:Template", "t", {"filterConfig": {"sdpSettings": {"advancedConfig": {
	"inspectTemplate": find,
	"deidentifyTemplate": mask,
}}}})

_taken := object.union(
	_armor(fixture.unknown, fixture.unknown),
	{"propertyDependencies": {"filterConfig": [_inspect.urn, _deidentify.urn]}},
)

_judged(armor, others, charter) := statuses if {
	statuses := {[name, status] |
		some [name, status] in fixture.statuses(saf_005.findings) with input as fixture.judged(array.concat([armor], others), charter)
	}
}

_is(armor, others, status) if _judged(armor, others, fixture.charter) == {["t", status]}

test_passes_by_reference if _is(_taken, [_inspect, _deidentify], "pass")

test_passes_by_name if {
	_is(_armor("projects/p/locations/l/inspectTemplates/find", "mask"), [_inspect, _deidentify], "pass")
}

test_passes_where_nothing_is_masked if {
	charter := fixture.chartered({"data": {"personal": false, "masked_fields": []}})
	_judged(_armor(null, null), [], charter) == {["t", "pass"]}
}

test_fails_where_fields_are_masked_without_personal_data if {
	charter := fixture.chartered({"data": {"personal": false}})
	_judged(_armor(null, null), [], charter) == {["t", "fail"]}
}

test_fails_without_templates if _is(_armor(null, null), [_inspect, _deidentify], "fail")

test_fails_with_the_name_of_another if _is(_armor("other", "mask"), [_inspect, _deidentify], "fail")

test_fails_when_the_inspection_is_gone if _is(_taken, [_deidentify], "fail")

test_fails_when_the_de_identification_is_gone if _is(_taken, [_inspect], "fail")

test_undetermined_when_unknown if _is(_armor(fixture.unknown, fixture.unknown), [_inspect, _deidentify], "undetermined")
