package lockgate.rules.governance.gov_010_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_010

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_010.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_answers if _judged({}) == {["", "pass"]}

test_fails_without_a_summary if _judged({"use_case": {"summary": "A tool."}}) == {["", "fail"]}

test_fails_without_people if _judged({"use_case": {"people_affected": ["N/A"]}}) == {["", "fail"]}

test_fails_without_a_tier_in_words if _judged({"risk": {"low": {"when": "xxx"}}}) == {["", "fail"]}

test_fails_without_the_owner_of_a_source if {
	_judged({"data": {"sources": [{"name": "portal", "owner": "changeme@example.com", "description": "Web form."}]}}) == {["", "fail"]}
}

_source(step) := {
	"name": "portal",
	"owner": "portal@example.com",
	"description": "Web form.",
	"versions": {"1": {"steps": [object.union({"do": "join", "field": "name", "separator": " ", "why": "one name"}, step)]}},
}

test_passes_with_a_field_called_name_and_a_separator_without_letters if {
	_judged({"data": {"sources": [_source({})]}}) == {["", "pass"]}
}

test_fails_when_a_step_does_not_say_why if {
	_judged({"data": {"sources": [_source({"why": "unknown"})]}}) == {["", "fail"]}
}

test_fails_when_a_step_is_not_finished if _judged({"data": {"sources": [_source({"field": "TBD"})]}}) == {["", "fail"]}

test_fails_with_a_condition_that_is_not_finished if {
	_judged({"risk": {"high": {"rules": [{"field": "kind", "is": "tbd"}]}}}) == {["", "fail"]}
}

test_fails_with_a_business_rule_that_says_nothing if {
	_judged({"business_rules": [{"name": "r1", "require": {}, "otherwise": "n/a"}]}) == {["", "fail"]}
}

test_fails_without_a_fallback_in_words if _judged({"routing": {"fallback": {"description": "manually"}}}) == {["", "fail"]}

test_fails_without_auditors if _judged({"logging": {"auditors": ["group:tbd@example.com"]}}) == {["", "fail"]}

test_fails_with_fields_to_be_named if _judged({"data": {"masked_fields": ["name", "TBD"]}}) == {["", "fail"]}

test_fails_with_a_publisher_to_be_named if {
	_judged({"models": [{"id": "m1", "publisher": "tbd", "role": "draft", "hosting": "managed"}]}) == {["", "fail"]}
}
