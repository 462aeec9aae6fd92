package lockgate.rules.finance.fin_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_007

_type := "gcp:monitoring/notificationChannel:NotificationChannel"

_channel(name, inputs) := fixture.resource(_type, name, inputs)

_email(name, address) := _channel(name, {"type": "email", "labels": {"email_address": address}})

_finops := _email("finops", "finops@example.com")

_controlling := _email("controlling", "Claims-Controlling@example.com")

_budget(items, targets) := object.union(
	fixture.budget({"allUpdatesRule": {"monitoringNotificationChannels": items}}),
	{"propertyDependencies": {"allUpdatesRule": [target.urn | some target in targets]}},
)

_judged(items, targets) := statuses if {
	statuses := fixture.statuses(fin_007.findings) with input as fixture.plan(array.concat([_budget(items, targets)], targets))
}

_two := [fixture.unknown, fixture.unknown]

test_passes_when_each_is_reached if _judged(_two, [_finops, _controlling]) == {["b", "pass"]}

test_passes_when_the_whole_list_is_made_of_channels if _judged(fixture.unknown, [_finops, _controlling]) == {["b", "pass"]}

test_passes_with_known_names_of_channels_of_the_plan if {
	_judged(["projects/p/notificationChannels/1", "projects/p/notificationChannels/2"], [_finops, _controlling]) == {["b", "pass"]}
}

test_fails_without_channels if {
	statuses := fixture.statuses(fin_007.findings) with input as fixture.plan([fixture.budget({})])
	statuses == {["b", "fail"]}
}

test_fails_without_channels_in_spite_of_a_reference if _judged([], [_finops, _controlling]) == {["b", "fail"]}

test_fails_when_one_is_not_reached if {
	_judged([fixture.unknown], [_finops]) == {["b", "fail"]}
	some finding in fin_007.findings with input as fixture.plan([_budget([fixture.unknown], [_finops]), _finops])
	endswith(finding.message, "not claims-controlling@example.com")
}

test_fails_when_the_list_is_shorter_than_the_references if _judged([fixture.unknown], [_finops, _controlling]) == {["b", "fail"]}

test_fails_when_a_channel_is_not_in_the_plan if {
	budget := _budget(_two, [_finops, _controlling])
	statuses := fixture.statuses(fin_007.findings) with input as fixture.plan([budget, _finops])
	statuses == {["b", "fail"]}
}

test_fails_when_a_channel_goes_elsewhere if _judged(_two, [_finops, _email("controlling", "x@example.com")]) == {["b", "fail"]}

test_fails_when_a_channel_is_no_mail if {
	other := _channel("controlling", {"type": "pubsub", "labels": {"topic": "t"}})
	_judged(_two, [_finops, other]) == {["b", "fail"]}
}

test_fails_when_a_channel_is_switched_off if {
	off := object.union(_controlling, {"inputs": {"enabled": false}})
	_judged(_two, [_finops, off]) == {["b", "fail"]}
}

test_fails_with_more_channels_than_google_accepts if {
	_judged([fixture.unknown | some _ in numbers.range(1, 6)], [_finops, _controlling]) == {["b", "fail"]}
}

test_undetermined_when_a_channel_is_of_another_stack if {
	_judged([fixture.unknown, "projects/p/notificationChannels/2"], [_finops]) == {["b", "undetermined"]}
}

test_undetermined_when_an_address_is_unknown if {
	_judged(_two, [_finops, _email("controlling", fixture.unknown)]) == {["b", "undetermined"]}
}

test_fails_when_an_address_is_no_text if _judged(_two, [_finops, _email("controlling", ["claims-controlling@example.com"])]) == {["b", "fail"]}
