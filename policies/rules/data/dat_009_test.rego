package lockgate.rules.data.dat_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_009

_is(changes, status) if {
	found := fixture.statuses(dat_009.findings) with input as fixture.plan([_inspect(changes)])
	found == {["i", status]}
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

test_passes_when_close if _is({"minLikelihood": "POSSIBLE", "includeQuote": false, "ruleSets": []}, "pass")

test_fails_when_a_kind_is_left_out if _is({"infoTypes": [{"name": "PERSON_NAME"}]}, "fail")

test_fails_when_only_certain if _is({"minLikelihood": "VERY_LIKELY"}, "fail")

test_fails_when_certain_for_a_kind if _is({"minLikelihoodPerInfoTypes": [{"minLikelihood": "VERY_LIKELY"}]}, "fail")

test_fails_with_rules_that_drop if _is({"ruleSets": [{"rules": []}]}, "fail")

test_fails_with_limits if _is({"limits": {"maxFindingsPerRequest": 1}}, "fail")

test_fails_with_quotes if _is({"includeQuote": true}, "fail")

test_fails_with_a_detector_that_excludes if {
	_is(
		{"customInfoTypes": [
			{"infoType": {"name": "NAME"}, "regex": {"pattern": "x"}, "exclusionType": "EXCLUSION_TYPE_EXCLUDE"},
			{"infoType": {"name": "IBAN"}, "regex": {"pattern": "x"}},
		]},
		"fail",
	)
}

test_fails_with_a_detector_of_nothing if {
	_is({"customInfoTypes": [{"infoType": {"name": "NAME"}}, {"infoType": {"name": "IBAN"}, "regex": {"pattern": "x"}}]}, "fail")
}

test_undetermined_with_a_detector_of_something if {
	_is(
		{"customInfoTypes": [
			{"infoType": {"name": "NAME"}, "regex": fixture.unknown},
			{"infoType": {"name": "IBAN"}, "regex": {"pattern": "x"}},
		]},
		"undetermined",
	)
}

test_undetermined_when_unknown if _is({"limits": fixture.unknown}, "undetermined")
