package lockgate.rules.data.dat_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_008

_judged(resources) := statuses if {
	statuses := fixture.statuses(dat_008.findings) with input as fixture.plan(resources)
}

_inspect(changes) := fixture.resource(
	"gcp:dataloss/preventionInspectTemplate:PreventionInspectTemplate", "i",
	{"inspectConfig": object.union(
		{
			"infoTypes": [{"name": "PERSON_NAME"}, {"name": "IBAN_CODE"}],
			"customInfoTypes": [
				{"infoType": {"name": "NAME"}, "regex": {"pattern": "name: (.*)"}},
				{"infoType": {"name": "IBAN"}, "dictionary": {"wordList": {"words": ["iban"]}}},
			],
		},
		changes,
	)},
)

_deidentify(steps) := fixture.resource(
	"gcp:dataloss/preventionDeidentifyTemplate:PreventionDeidentifyTemplate", "d",
	{"deidentifyConfig": {"infoTypeTransformations": {"transformations": steps}}},
)

_step(changes) := object.union({"primitiveTransformation": {"replaceWithInfoTypeConfig": true}}, changes)

test_passes_when_found_and_replaced if _judged([_inspect({}), _deidentify([_step({})])]) == {["", "pass"]}

test_passes_where_nothing_is_masked if {
	charter := fixture.chartered({"data": {"masked_fields": []}})
	statuses := fixture.statuses(dat_008.findings) with input as fixture.judged([], charter)
	statuses == {["", "pass"]}
}

test_fails_without_an_inspection if _judged([_deidentify([_step({})])]) == {["", "fail"]}

test_fails_without_a_de_identification if _judged([_inspect({})]) == {["", "fail"]}

test_fails_when_a_field_is_not_found if _judged([_inspect({"customInfoTypes": []}), _deidentify([_step({})])]) == {["", "fail"]}

test_fails_when_a_kind_is_not_found if _judged([_inspect({"infoTypes": []}), _deidentify([_step({})])]) == {["", "fail"]}

test_undetermined_when_unknown if {
	_judged([_inspect({"infoTypes": fixture.unknown}), _deidentify([_step({})])]) == {["", "undetermined"]}
}
