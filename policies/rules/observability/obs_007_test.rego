package lockgate.rules.observability.obs_007_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_007

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_007.findings) with input as fixture.plan(resources)
}

_with(path, value) := _judged(watched.set_in("errors", path, value))

test_passes_when_heard if {
	names := {"spend-rate", "spend-limit", "errors", "latency", "many-tokens", "ledger", "silence"}
	_judged(watched.stack) == {[name, "pass"] | some name in names}
}

test_passes_when_it_speaks_of_opened_incidents if {
	["errors", "pass"] in _with("/alertStrategy", {"notificationPrompts": ["OPENED"]})
}

test_fails_when_disabled if ["errors", "fail"] in _with("/enabled", false)

test_fails_when_it_keeps_to_itself if ["errors", "fail"] in _with("/alertStrategy", {"notificationPrompts": ["CLOSED"]})

test_fails_when_all_conditions_have_to_hold if ["errors", "fail"] in _with("/combiner", "AND")

test_passes_with_one_condition_whatever_the_combiner if {
	["latency", "pass"] in _judged(watched.set_in("latency", "/combiner", "AND"))
}

test_fails_without_channels if {
	["a", "fail"] in _judged(array.concat(watched.stack, [fixture.resource(watched.policy_type, "a", {"conditions": [{}]})]))
}

test_fails_when_all_channels_are_off if {
	off := [{"op": "add", "path": "/inputs/enabled", "value": false}]
	plan := [changed | some resource in watched.stack; changed := _patched(resource, {"finops", "adoption"}, off)]
	["errors", "fail"] in _judged(plan)
}

_patched(resource, names, patch) := json.patch(resource, patch) if {
	resource.name in names
} else := resource

test_undetermined_for_a_channel_outside_the_plan if {
	policy := fixture.resource(watched.policy_type, "a", {
		"conditions": [{}],
		"notificationChannels": ["projects/p/notificationChannels/7"],
	})
	["a", "undetermined"] in _judged([policy])
}

test_undetermined_when_unknown if ["errors", "undetermined"] in _with("/enabled", fixture.unknown)
