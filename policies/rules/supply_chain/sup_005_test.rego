package lockgate.rules.supply_chain.sup_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.supply_chain.sup_005

_bucket := fixture.resource("gcp:storage/bucket:Bucket", "b", {"name": "source"})

_archive := fixture.resource("gcp:storage/bucketObject:BucketObject", "a", {"name": "functions-1.zip"})

_repository := fixture.resource("gcp:artifactregistry/repository:Repository", "r", {"repositoryId": "images"})

_build(overrides) := object.union(
	{
		"runtime": "python312",
		"source": {"storageSource": {"bucket": "source", "object": "functions-1.zip"}},
		"dockerRepository": "projects/p/locations/europe-west4/repositories/images",
	},
	overrides,
)

_function(overrides) := fixture.resource("gcp:cloudfunctionsv2/function:Function", "f", {"buildConfig": _build(overrides)})

_of(resources) := statuses if {
	statuses := fixture.statuses(sup_005.findings) with input as fixture.plan(resources)
}

_judged(overrides) := _of([_bucket, _archive, _repository, _function(overrides)])

test_passes if _judged({}) == {["f", "pass"]}

test_passes_with_a_reference_to_the_repository if {
	function := fixture.taking(_function({"dockerRepository": fixture.unknown}), "buildConfig", _repository)
	_of([_bucket, _archive, _repository, function]) == {["f", "pass"]}
}

test_fails_for_a_runtime_without_patches if {
	_judged({"runtime": "python37"}) == {["f", "fail"]}
	_judged({"runtime": null}) == {["f", "fail"]}
}

test_fails_for_a_runtime_whose_time_has_come if {
	plan := object.union(fixture.plan([_bucket, _archive, _repository, _function({})]), {"now": "2031-01-01T00:00:00Z"})
	findings := sup_005.findings with input as plan
	fixture.statuses(findings) == {["f", "fail"]}
}

test_fails_for_a_bucket_elsewhere if _of([_archive, _repository, _function({})]) == {["f", "fail"]}

test_fails_for_an_archive_elsewhere if _of([_bucket, _repository, _function({})]) == {["f", "fail"]}

test_fails_for_a_repository_elsewhere if _of([_bucket, _archive, _function({})]) == {["f", "fail"]}

test_fails_for_source_from_a_version_control_system if {
	_judged({"source": {"storageSource": null, "repoSource": {"repoName": "x"}}}) == {["f", "fail"]}
}

test_undetermined_when_unknown if {
	_judged({"runtime": fixture.unknown}) == {["f", "undetermined"]}
	_judged({"dockerRepository": fixture.unknown}) == {["f", "undetermined"]}
}
