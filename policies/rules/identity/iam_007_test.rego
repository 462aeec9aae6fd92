package lockgate.rules.identity.iam_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_007

_account := fixture.resource("gcp:serviceaccount/account:Account", "router", {"accountId": "claims-router"})

_role := fixture.resource("gcp:projects/iAMCustomRole:IAMCustomRole", "role", {"roleId": "claims_router"})

_member := "serviceAccount:claims-router@acme-claims-prod.iam.gserviceaccount.com"

_grant(role, member) := fixture.resource("gcp:projects/iAMMember:IAMMember", "g", {"role": role, "member": member})

_bound := _grant("projects/acme-claims-prod/roles/claims_router", _member)

_function := fixture.resource("gcp:cloudfunctionsv2/function:Function", "f", {
	"buildConfig": {"serviceAccount": "projects/p/serviceAccounts/claims-build@acme-claims-prod.iam.gserviceaccount.com"},
	"serviceConfig": {"serviceAccountEmail": "claims-router@acme-claims-prod.iam.gserviceaccount.com"},
})

_messages(resources) := messages if {
	findings := iam_007.findings with input as fixture.plan(resources)
	messages := {[finding.status, finding.message] | some finding in findings}
}

test_passes_when_all_is_there if {
	_messages([_account, _role, _bound]) == {["pass", "accounts named: 1; custom roles: 1; all are in the plan"]}
}

test_passes_for_references if {
	grant := object.union(_grant(fixture.unknown, fixture.unknown), {"propertyDependencies": {
		"role": [_role.urn],
		"member": [_account.urn],
	}})
	_messages([_account, _role, grant]) == {["pass", "accounts named: 0; custom roles: 1; all are in the plan"]}
}

test_fails_without_the_account if {
	_messages([_role, _bound]) == {["fail", "the plan names the service account claims-router, but does not make it"]}
}

test_fails_without_the_account_of_a_build if {
	messages := _messages([_account, _role, _bound, _function])
	messages == {["fail", "the plan names the service account claims-build, but does not make it"]}
}

test_fails_for_a_reference_to_a_missing_account if {
	push := object.union(
		fixture.resource("gcp:pubsub/subscription:Subscription", "push", {}),
		{"dependencies": ["urn:pulumi:test::lockgate::gcp:serviceaccount/account:Account::invoker"]},
	)
	_messages([push]) == {["fail", "push refers to the service account invoker, which the plan does not make"]}
}

test_fails_without_the_role if {
	_messages([_account, _bound]) == {["fail", "the custom role claims_router is bound, but the plan does not make it"]}
}

test_fails_without_the_grant if {
	_messages([_account, _role]) == {["fail", "the custom role claims_router is bound to nobody"]}
}

test_undetermined_when_the_member_is_unknown if {
	_messages([_grant("roles/x", fixture.unknown)]) == {["undetermined", "whom g names is unknown until the deployment"]}
}
