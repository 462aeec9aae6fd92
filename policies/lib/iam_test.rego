package lockgate.lib.iam_test

import data.lockgate.lib.fixture
import data.lockgate.lib.iam

_account := fixture.resource("gcp:serviceaccount/account:Account", "a", {"accountId": "router"})

_topic := fixture.resource("gcp:pubsub/topic:Topic", "t", {"name": "t"})

_taken(type, property, target) if {
	grant := fixture.taking(fixture.resource(type, "g", {property: fixture.unknown}), property, target)
	iam.takes_member_from_account(grant) with input as fixture.plan([_account, _topic, grant])
}

test_members_are_taken_from_an_account if {
	_taken("gcp:projects/iAMMember:IAMMember", "member", _account)
	_taken("gcp:projects/iAMBinding:IAMBinding", "members", _account)
	_taken("gcp:projects/iAMPolicy:IAMPolicy", "policyData", _account)
}

test_members_are_not_taken_from_a_topic if not _taken("gcp:projects/iAMMember:IAMMember", "member", _topic)

test_members_are_not_taken_from_a_missing_account if {
	grant := fixture.taking(fixture.resource("gcp:projects/iAMMember:IAMMember", "g", {"member": fixture.unknown}), "member", _account)
	not iam.takes_member_from_account(grant) with input as fixture.plan([grant])
}

test_a_policy_grants_each_of_its_bindings if {
	policy := json.marshal({"bindings": [{"role": "r", "members": ["a", "b"]}]})
	grants := iam.grants(fixture.resource("gcp:projects/iAMPolicy:IAMPolicy", "g", {"policyData": policy}))
	{grant.member.value | some grant in grants} == {"a", "b"}
}

test_what_is_no_text_is_read_as_the_text_that_it_is if {
	grants := iam.grants(fixture.resource("gcp:projects/iAMMember:IAMMember", "g", {"role": 7, "member": ["a"]}))
	grants == [{"role": {"state": "known", "value": "7"}, "member": {"state": "known", "value": "[\"a\"]"}}]
}

test_a_policy_that_is_no_object_grants_nobody_knows_what if {
	some policy in ["[]", "nonsense"]
	grants := iam.grants(fixture.resource("gcp:projects/iAMPolicy:IAMPolicy", "g", {"policyData": policy}))
	{grant.member.state | some grant in grants} == {"unknown"}
}

test_an_own_account_is_known_by_its_address if {
	plan := fixture.plan([])
	iam.own_account("serviceAccount:router@acme-claims-prod.iam.gserviceaccount.com") == "router" with input as plan
	not iam.own_account("router@other.iam.gserviceaccount.com") with input as plan
}
