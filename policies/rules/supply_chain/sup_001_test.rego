package lockgate.rules.supply_chain.sup_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.supply_chain.sup_001

_topic := fixture.resource("gcp:pubsub/topic:Topic", "t", {})

_service(api) := fixture.resource("gcp:projects/service:Service", api, {"service": api})

_apis := array.concat(
	data.params.supply_chain.deployment_apis,
	["pubsub.googleapis.com", data.params.supply_chain.model_api],
)

_all := [_service(api) | some api in _apis]

_without(missing) := [_service(api) | some api in _apis; api != missing]

_messages(resources) := {[finding.status, finding.message] | some finding in findings} if {
	findings := sup_001.findings with input as fixture.plan(resources)
}

test_passes_when_all_are_enabled if {
	_messages(array.concat(_all, [_topic])) == {["pass", "6 APIs are needed and enabled"]}
}

test_passes_for_a_plan_that_calls_nothing if {
	findings := sup_001.findings with input as fixture.judged([], null)
	fixture.statuses(findings) == {["", "pass"]}
}

test_fails_without_the_api_of_a_type if {
	messages := _messages(array.concat(_without("pubsub.googleapis.com"), [_topic]))
	messages == {["fail", "pubsub.googleapis.com is not enabled; gcp.pubsub needs it"]}
}

test_fails_without_the_api_of_the_models if {
	messages := _messages(array.concat(_without("aiplatform.googleapis.com"), [_topic]))
	messages == {["fail", "aiplatform.googleapis.com is not enabled; the model list of the charter needs it"]}
}

test_fails_without_an_api_of_the_deployment if {
	messages := _messages(array.concat(_without("iam.googleapis.com"), [_topic]))
	messages == {["fail", "iam.googleapis.com is not enabled; every deployment needs it"]}
}

test_undetermined_for_a_kind_that_no_rule_knows if {
	messages := _messages(array.concat(_all, [_topic, fixture.resource("gcp:redis/instance:Instance", "r", {})]))
	"undetermined" in {status | some [status, _] in messages}
}

test_undetermined_when_one_is_unknown if {
	services := array.concat(_without("pubsub.googleapis.com"), [_service(fixture.unknown)])
	{status | some [status, _] in _messages(array.concat(services, [_topic]))} == {"undetermined"}
}
