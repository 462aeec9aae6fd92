package lockgate.lib.plan_names_test

import data.lockgate.lib.fixture
import data.lockgate.lib.plan

_topic := fixture.resource("gcp:pubsub/topic:Topic", "topic", {"name": "alerts"})

_reader(topic) := fixture.resource("gcp:pubsub/subscription:Subscription", "reader", {"topic": topic})

test_a_literal_names_its_target if {
	plan.names(_reader("alerts"), ["topic"], _topic) == "pass"
	plan.names(_reader("projects/p/topics/alerts"), ["topic"], _topic) == "pass"
}

test_a_literal_wins_over_a_reference if {
	plan.names(fixture.taking(_reader("other"), "topic", _topic), ["topic"], _topic) == "fail"
}

test_a_reference_names_its_target if {
	plan.names(fixture.taking(_reader(fixture.unknown), "topic", _topic), ["topic"], _topic) == "pass"
}

test_a_reference_to_another_does_not if {
	other := fixture.resource("gcp:pubsub/topic:Topic", "other", {})
	plan.names(fixture.taking(_reader(fixture.unknown), "topic", other), ["topic"], _topic) == "fail"
}

test_a_reference_without_the_input_does_not if {
	reader := fixture.resource("gcp:pubsub/subscription:Subscription", "reader", {})
	plan.names(fixture.taking(reader, "topic", _topic), ["topic"], _topic) == "fail"
}

test_the_unknown_may_name_anything if {
	plan.names(_reader(fixture.unknown), ["topic"], _topic) == "undetermined"
}

test_a_setting_is_read_in_both_codings if {
	provider := fixture.resource("pulumi:providers:gcp", "p", {"a": "true", "b": true, "c": "{\"x\":1}", "d": "text"})
	plan.setting(provider, "a").value == true
	plan.setting(provider, "b").value == true
	plan.setting(provider, "c").value == {"x": 1}
	plan.setting(provider, "d").value == "text"
	plan.setting(provider, "e").state == "absent"
}

test_the_default_provider_is_not_in_a_plan if {
	plan.provider(_topic) == [] with input as fixture.plan([_topic])
}
