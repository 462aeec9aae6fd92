package lockgate.lib.plan_named_test

import data.lockgate.lib.fixture
import data.lockgate.lib.plan
import data.lockgate.lib.value

_type := "gcp:pubsub/topic:Topic"

_topics := [
	fixture.resource(_type, "a", {"name": "alerts"}),
	fixture.resource(_type, "b", {"name": "billing"}),
	fixture.resource(_type, "c", {"name": fixture.unknown}),
	fixture.resource(_type, "d", {}),
]

_other := fixture.resource("gcp:storage/bucket:Bucket", "e", {"name": "alerts"})

_reader(inputs) := fixture.resource("gcp:pubsub/subscription:Subscription", "reader", inputs)

# Each way to write the property: not, by name, by path, by a name that nothing has, unknown, secret, wrong.
_written := [
	_reader({}),
	_reader({"topic": "alerts"}),
	_reader({"topic": "projects/p/topics/billing"}),
	_reader({"topic": "nobody"}),
	_reader({"topic": fixture.unknown}),
	_reader({"topic": fixture.secret}),
	_reader({"topic": 7}),
]

_readers := array.concat(_written, [fixture.taking(reader, "topic", target) |
	some reader in _written
	some target in array.concat(_topics, [_other])
])

_document := fixture.plan(array.concat(_topics, [_other]))

test_named_is_what_names_passes if {
	every reader in _readers {
		tried := {topic.urn | some topic in _topics; plan.names(reader, ["topic"], topic) == "pass"}
		found := {topic.urn | some topic in plan.named(reader, ["topic"], _type)} with input as _document
		found == tried
	}
}

test_refers_is_the_best_of_what_names_says if {
	every reader in _readers {
		tried := value.best({plan.names(reader, ["topic"], topic) | some topic in _topics})
		found := plan.refers(reader, ["topic"], _type) with input as _document
		found == tried
	}
}

test_without_any_of_the_type_nothing_is_referred_to if {
	every reader in _readers {
		plan.refers(reader, ["topic"], _type) == "fail" with input as fixture.plan([_other])
	}
}

test_each_answer_occurs if {
	answers := {plan.refers(reader, ["topic"], _type) | some reader in _readers} with input as _document
	answers == {"pass", "undetermined", "fail"}
}
