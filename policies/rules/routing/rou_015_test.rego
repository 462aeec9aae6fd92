package lockgate.rules.routing.rou_015_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_015

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_015.findings) with input as fixture.plan(resources)
}

_with(inputs) := _judged(stack.with_also(object.union(
	stack.on_bucket("one", "state", "roles/storage.objectViewer", "serviceAccount:build@acme-claims-prod.iam.gserviceaccount.com"),
	{"inputs": inputs},
)))

test_passes_when_the_router_reads_and_the_guard_writes if _judged(stack.stack) == {
	["reads", "pass"],
	["writes", "pass"],
	["follows", "skipped"],
}

test_passes_when_another_account_of_the_stack_reads if ["one", "pass"] in _with({})

test_passes_when_the_reader_is_named_by_reference if {
	grant := stack.on_bucket("one", "state", "roles/storage.objectViewer", fixture.unknown)
	["one", "pass"] in _judged(stack.with_also(fixture.taking(grant, "member", stack.account("router"))))
}

test_skips_another_bucket if {
	bucket := fixture.resource("gcp:storage/bucket:Bucket", "other", {"name": "other"})
	grant := stack.on_bucket("one", "other", "roles/storage.admin", "allUsers")
	["one", "skipped"] in _judged(array.concat(stack.with_also(bucket), [grant]))
}

test_fails_when_operators_write_the_record_too if {
	grant := stack.on_bucket("one", "state", "roles/storage.objectUser", "group:operations@example.com")
	shared := array.concat(stack.variable("SWITCH_BUCKET", "state"), [grant])
	charter := fixture.chartered({"routing": {"operators": ["group:operations@example.com"]}})
	statuses := fixture.statuses(rou_015.findings) with input as fixture.judged(shared, charter)
	["one", "fail"] in statuses
}

test_fails_when_the_router_writes if ["reads", "fail"] in _judged(stack.set_in("reads", {"role": "roles/storage.objectUser"}))

test_fails_when_somebody_writes_the_source if ["writes", "fail"] in _judged(stack.set_in("writes", {"bucket": "source"}))

test_fails_when_a_stranger_reads if ["one", "fail"] in _with({"member": "serviceAccount:x@other.iam.gserviceaccount.com"})

test_fails_for_an_administrator if ["one", "fail"] in _with({"role": "roles/storage.admin"})

test_undetermined_when_the_role_is_unknown if ["one", "undetermined"] in _with({"role": fixture.unknown})

test_undetermined_when_the_reader_is_unknown if ["one", "undetermined"] in _with({"member": fixture.unknown})

test_undetermined_when_the_bucket_is_unknown if ["one", "undetermined"] in _with({"bucket": fixture.unknown})
