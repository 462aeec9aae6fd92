package lockgate.rules.routing.rou_012_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_012

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_012.findings) with input as fixture.plan(resources)
}

_with(build) := _judged(stack.set_in("router", {"buildConfig": build}))

# The router without what it takes from other resources.
_alone(build) := _judged(stack.replaced("router", object.union(
	object.remove(stack.router, ["propertyDependencies"]),
	{"propertyDependencies": {}, "inputs": {"buildConfig": build}},
)))

test_passes_for_the_plans_own if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_by_the_name_of_the_repository if {
	["router", "pass"] in _alone({"dockerRepository": "projects/p/locations/l/repositories/images"})
}

test_passes_by_reference_to_the_builder if {
	taking := fixture.taking(stack.router, "buildConfig", stack.account("build"))
	deps := array.concat(stack.router.propertyDependencies.buildConfig, taking.propertyDependencies.buildConfig)
	router := object.union(taking, {
		"propertyDependencies": {"buildConfig": deps},
		"inputs": {"buildConfig": {"serviceAccount": fixture.unknown}},
	})
	["router", "pass"] in _judged(stack.replaced("router", router))
}

test_passes_with_no_variable if ["router", "pass"] in _with({"environmentVariables": {}})

test_fails_for_an_archive_that_is_not_planned if {
	["router", "fail"] in _with({"source": {"storageSource": {"object": "other.zip"}}})
}

test_fails_for_an_archive_without_content if ["router", "fail"] in _judged(stack.unset_in("archive", ["/source"]))

test_fails_for_an_archive_in_another_bucket if ["router", "fail"] in _judged(stack.set_in("archive", {"bucket": "state"}))

test_fails_for_a_bucket_that_is_not_planned if {
	["router", "fail"] in _with({"source": {"storageSource": {"bucket": "other"}}})
}

test_fails_for_the_default_builder if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/buildConfig/serviceAccount"]))
}

test_fails_for_a_repository_that_is_not_planned if {
	["router", "fail"] in _with({"dockerRepository": "projects/p/locations/l/repositories/gcf-artifacts"})
}

test_fails_without_a_repository if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/buildConfig/dockerRepository"]))
}

test_fails_when_the_build_is_redirected if {
	["router", "fail"] in _with({"environmentVariables": {"PIP_INDEX_URL": "https://packages.example.com"}})
}

test_fails_when_nothing_is_scanned if {
	plan := stack.set_in("images", {"vulnerabilityScanningConfig": {"enablementConfig": "DISABLED"}})
	["router", "fail"] in _judged(plan)
}

test_undetermined_when_the_archive_is_unknown if {
	["router", "undetermined"] in _alone({"source": {"storageSource": {"object": fixture.unknown}}})
}

test_undetermined_when_the_archives_bucket_is_unknown if {
	["router", "undetermined"] in _judged(stack.set_in("archive", {"bucket": fixture.unknown}))
}

test_undetermined_when_the_builder_is_unknown if ["router", "undetermined"] in _alone({"serviceAccount": fixture.unknown})

test_undetermined_when_the_repository_is_unknown if {
	["router", "undetermined"] in _alone({"dockerRepository": fixture.unknown})
}
