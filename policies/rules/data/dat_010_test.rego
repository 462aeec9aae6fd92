package lockgate.rules.data.dat_010_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_010

_is(steps, status) if {
	found := fixture.statuses(dat_010.findings) with input as fixture.plan([_deidentify(steps)])
	found == {["d", status]}
}

_deidentify(steps) := fixture.resource(
	"gcp:dataloss/preventionDeidentifyTemplate:PreventionDeidentifyTemplate", "d",
	{"deidentifyConfig": {"infoTypeTransformations": {"transformations": steps}}},
)

_step(changes) := object.union({"primitiveTransformation": {"replaceWithInfoTypeConfig": true}}, changes)

_all := [{"name": "NAME"}, {"name": "PERSON_NAME"}, {"name": "IBAN"}, {"name": "IBAN_CODE"}]

_by(primitive) := [{"primitiveTransformation": primitive}]

test_passes_for_all_kinds if _is([_step({})], "pass")

test_passes_for_an_empty_list_of_kinds if _is([_step({"infoTypes": []})], "pass")

test_passes_for_each_kind if _is([_step({"infoTypes": _all})], "pass")

test_passes_when_redacted if _is(_by({"redactConfig": {}}), "pass")

test_passes_when_every_character_is_masked if {
	_is(_by({"characterMaskConfig": {"maskingCharacter": "X", "numberToMask": 0, "charactersToIgnores": []}}), "pass")
}

test_fails_when_some_characters_stay if _is(_by({"characterMaskConfig": {"numberToMask": 4}}), "fail")

test_fails_when_punctuation_stays if {
	_is(_by({"characterMaskConfig": {"charactersToIgnores": [{"commonCharactersToIgnore": "NUMERIC"}]}}), "fail")
}

test_fails_when_values_are_grouped if _is(_by({"bucketingConfig": {}}), "fail")

test_fails_when_switched_off if _is(_by({"replaceWithInfoTypeConfig": false}), "fail")

test_fails_when_a_kind_is_left_out if _is([_step({"infoTypes": [{"name": "NAME"}]})], "fail")

test_fails_without_steps if _is([], "fail")

test_undetermined_when_unknown if _is(_by(fixture.unknown), "undetermined")
