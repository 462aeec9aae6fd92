package lockgate.rules.routing.rou_020_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_020

_operator := "group:operations@example.com"

_judged(resources) := statuses if {
	charter := fixture.chartered({"routing": {"operators": [_operator]}})
	statuses := fixture.statuses(rou_020.findings) with input as fixture.judged(resources, charter)
}

_with(inputs) := _judged(stack.with_also(object.union(
	stack.on_bucket("one", "switch", "roles/storage.objectUser", _operator),
	{"inputs": inputs},
)))

_wide(role, member) := _judged(stack.with_also(fixture.resource("gcp:projects/iAMMember:IAMMember", "wide", {
	"role": role,
	"member": member,
})))

test_passes_when_the_router_reads_and_operators_write if {
	_with({}) == {
		["follows", "pass"],
		["one", "pass"],
		["reads", "skipped"],
		["writes", "skipped"],
		["archive", "skipped"],
	}
}

test_passes_when_an_operator_reads if ["one", "pass"] in _with({"role": "roles/storage.objectViewer"})

test_passes_when_the_reader_is_named_by_reference if {
	grant := stack.on_bucket("one", "switch", "roles/storage.objectViewer", fixture.unknown)
	["one", "pass"] in _judged(stack.with_also(fixture.taking(grant, "member", stack.account("router"))))
}

test_fails_when_somebody_else_writes if {
	["one", "fail"] in _with({"member": "group:others@example.com"})
	["one", "fail"] in _with({"member": "serviceAccount:router@acme-claims-prod.iam.gserviceaccount.com"})
}

test_fails_when_a_charter_names_no_operators if {
	grant := stack.on_bucket("one", "switch", "roles/storage.objectUser", _operator)
	statuses := fixture.statuses(rou_020.findings) with input as fixture.plan(stack.with_also(grant))
	["one", "fail"] in statuses
}

test_fails_when_a_stranger_reads if {
	["one", "fail"] in _with({"role": "roles/storage.objectViewer", "member": "group:others@example.com"})
}

test_fails_for_an_administrator if ["one", "fail"] in _with({"role": "roles/storage.admin"})

test_fails_when_a_deployment_writes_the_switch if {
	object_there := fixture.resource("gcp:storage/bucketObject:BucketObject", "one", {
		"bucket": "switch",
		"name": "switch.json",
		"content": "{}",
	})
	["one", "fail"] in _judged(stack.with_also(object_there))
}

test_fails_when_a_role_in_the_project_writes_every_bucket if {
	["wide", "fail"] in _wide("roles/storage.objectUser", "group:others@example.com")
}

test_leaves_roles_alone_that_write_no_bucket if {
	not ["wide", "fail"] in _wide("roles/storage.objectViewer", "group:others@example.com")
	not ["wide", "fail"] in _wide("roles/storage.objectUser", "serviceAccount:service-1@gcp-sa-x.iam.gserviceaccount.com")
}

test_undetermined_when_the_role_is_unknown if ["one", "undetermined"] in _with({"role": fixture.unknown})

test_undetermined_when_the_member_is_unknown if ["one", "undetermined"] in _with({"member": fixture.unknown})

test_undetermined_when_the_bucket_is_unknown if ["one", "undetermined"] in _with({"bucket": fixture.unknown})
