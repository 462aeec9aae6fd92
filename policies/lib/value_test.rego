package lockgate.lib.value_test

import data.lockgate.lib.fixture
import data.lockgate.lib.value

_at(inputs, path) := value.at({"inputs": inputs}, path)

test_what_is_there_is_known if {
	_at({"a": {"b": {"c": 1}}}, ["a", "b", "c"]) == {"state": "known", "value": 1}
	_at({"a": [{"b": false}]}, ["a", 0, "b"]) == {"state": "known", "value": false}
	_at({"a": []}, ["a"]) == {"state": "known", "value": []}
}

test_what_is_not_there_is_absent if {
	every inputs in [{}, {"a": null}, {"a": ""}, {"a": {"b": null}}] {
		_at(inputs, ["a"]).state in {"absent", "known"}
		_at(inputs, ["a", "b"]) == {"state": "absent"}
		_at(inputs, ["a", "b", "c", "d", "e"]) == {"state": "absent"}
	}
	_at({"a": null}, ["a"]) == {"state": "absent"}
	_at({"a": ""}, ["a"]) == {"state": "absent"}
}

test_below_a_plain_value_nothing_is_there if {
	every plain in [1, "text", true, [1], {"x": 1}] {
		_at({"a": plain}, ["a", "b"]) == {"state": "absent"}
		_at({"a": plain}, ["a", "b", "c", "d"]) == {"state": "absent"}
	}
}

test_what_is_unknown_is_unknown_all_the_way_down if {
	path := ["a", "b", "c", "d", "e", "f"]
	unknown := fixture.unknown
	every inputs in [
		unknown,
		{"a": unknown},
		{"a": {"b": unknown}},
		{"a": {"b": {"c": unknown}}},
		{"a": {"b": {"c": {"d": unknown}}}},
		{"a": {"b": {"c": {"d": {"e": unknown}}}}},
		{"a": {"b": {"c": {"d": {"e": {"f": unknown}}}}}},
	] {
		_at(inputs, path) == {"state": "unknown"}
	}
}

test_a_sibling_that_is_unknown_says_nothing if {
	_at({"x": fixture.unknown, "a": {"x": fixture.unknown}}, ["a", "b"]) == {"state": "absent"}
}

test_what_is_secret_is_secret if _at({"a": {"b": fixture.secret}}, ["a", "b"]) == {"state": "secret"}

test_items_of_a_list_are_values if {
	value.items(_at({"a": ["x", fixture.unknown, ""]}, ["a"])) == [
		{"state": "known", "value": "x"},
		{"state": "unknown"},
		{"state": "absent"},
	]
	value.items(_at({"a": fixture.unknown}, ["a"])) == [{"state": "unknown"}]
	value.items(_at({"a": fixture.secret}, ["a"])) == [{"state": "secret"}]
	value.items(_at({"a": "x"}, ["a"])) == []
	value.items(_at({}, ["a"])) == []
}

test_numbers_come_as_numbers_and_as_text if {
	value.number({"state": "known", "value": 3}).value == 3
	value.number({"state": "known", "value": "3.5"}).value == 3.5
	value.number({"state": "known", "value": "-3"}).value == -3
	every odd in ["three", "", "3 ", "1e3", true, [3]] {
		value.number({"state": "known", "value": odd}).state == "malformed"
	}
	value.number({"state": "unknown"}) == {"state": "unknown"}
	value.number({"state": "absent"}) == {"state": "absent"}
}

test_seconds_come_with_their_unit if {
	value.seconds({"state": "known", "value": "2592000s"}).value == 2592000
	value.seconds({"state": "known", "value": 60}).value == 60
	value.seconds({"state": "known", "value": "a while"}).state == "malformed"
	value.seconds({"state": "unknown"}) == {"state": "unknown"}
}

_known(raw) := {"state": "known", "value": raw}

test_comparisons_pass_and_fail_on_what_is_known if {
	value.equals(_known(1), 1) == "pass"
	value.equals(_known(1), 2) == "fail"
	value.equals(_known(false), false) == "pass"
	value.one_of(_known("a"), {"a", "b"}) == "pass"
	value.one_of(_known("c"), {"a", "b"}) == "fail"
	value.none_of(_known("c"), {"a", "b"}) == "pass"
	value.none_of(_known("a"), {"a", "b"}) == "fail"
	value.matches(_known("abc"), "^a") == "pass"
	value.matches(_known("xbc"), "^a") == "fail"
	value.matches(_known(7), "^a") == "fail"
	value.at_most(_known("5"), 5) == "pass"
	value.at_most(_known(6), 5) == "fail"
	value.at_most(_known("lots"), 5) == "fail"
	value.at_least(_known(5), 5) == "pass"
	value.at_least(_known("4"), 5) == "fail"
	value.at_least(_known("lots"), 5) == "fail"
}

test_comparisons_are_undetermined_on_what_is_not_known if {
	every hidden in [{"state": "unknown"}, {"state": "secret"}] {
		every status in [
			value.equals(hidden, 1),
			value.one_of(hidden, {1}),
			value.none_of(hidden, {1}),
			value.matches(hidden, "^a"),
			value.at_most(hidden, 1),
			value.at_least(hidden, 1),
		] {
			status == "undetermined"
		}
	}
}

test_comparisons_fail_on_what_is_absent_but_for_none_of if {
	absent := {"state": "absent"}
	every status in [
		value.equals(absent, 1),
		value.one_of(absent, {1}),
		value.matches(absent, "^a"),
		value.at_most(absent, 1),
		value.at_least(absent, 1),
	] {
		status == "fail"
	}
	value.none_of(absent, {1}) == "pass"
}

test_given_takes_a_reference_for_the_unknown if {
	target := fixture.resource("t", "target", {})
	unknown := fixture.resource("t", "r", {"a": fixture.unknown})
	value.given(unknown, ["a"]) == "undetermined"
	value.given(fixture.taking(unknown, "a", target), ["a"]) == "pass"
	value.given(fixture.resource("t", "r", {"a": 1}), ["a"]) == "pass"
	value.given(fixture.resource("t", "r", {"a": fixture.secret}), ["a"]) == "pass"
	value.given(fixture.resource("t", "r", {}), ["a"]) == "fail"
	value.given(fixture.taking(fixture.resource("t", "r", {}), "a", target), ["a"]) == "fail"
}

test_worst_and_best if {
	value.worst({"pass", "undetermined", "fail"}) == "fail"
	value.worst({"pass", "undetermined"}) == "undetermined"
	value.worst({"pass"}) == "pass"
	value.worst(set()) == "pass"
	value.best({"pass", "undetermined", "fail"}) == "pass"
	value.best({"undetermined", "fail"}) == "undetermined"
	value.best({"fail"}) == "fail"
	value.best(set()) == "fail"
}

test_values_are_shown_to_readers if {
	value.show(_known(["a", 1])) == `["a", 1]`
	value.show({"state": "malformed", "value": "lots"}) == "lots"
	value.show({"state": "absent"}) == "not set"
	value.show({"state": "unknown"}) == "unknown"
	value.show({"state": "secret"}) == "secret"
}
