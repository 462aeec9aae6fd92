# METADATA
# title: Functions are built from the plan
# description: |
#   Each function is built from an archive and into a repository of the plan, for a runtime that Google still
#   patches. Code from elsewhere was reviewed by nobody here.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SUP-005
#   severity: high
#   group: supply_chain
#   needs_charter: false
#   judges: ["gcp:cloudfunctionsv2/function:Function"]
#   remediation: Take buildConfig.source.storageSource from a Bucket and BucketObject of the plan, dockerRepository from its Repository, and a supported runtime.
#   controls: []
package lockgate.rules.supply_chain.sup_005

import data.lockgate.lib.clock
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_source := ["buildConfig", "source", "storageSource"]

findings contains result.of("SUP-005", function, status, message) if {
	some function in plan.of("gcp:cloudfunctionsv2/function:Function")
	checks := _checks(function)
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_message(status, texts) := "is built from the plan, for a supported runtime" if {
	status == "pass"
} else := concat("; ", texts)

_checks(function) := [
	{
		"status": _supported(runtime),
		"text": sprintf("runtime is %s, which Google no longer patches or the rules do not know", [value.show(runtime)]),
	},
	{
		"status": _taken(function, array.concat(_source, ["bucket"]), "gcp:storage/bucket:Bucket"),
		"text": "its source is in no bucket of the plan",
	},
	{
		"status": _taken(function, array.concat(_source, ["object"]), "gcp:storage/bucketObject:BucketObject"),
		"text": "its source is no archive of the plan",
	},
	{
		"status": _stored(function, value.at(function, ["buildConfig", "dockerRepository"])),
		"text": "its image goes to no repository of the plan",
	},
] if {
	runtime := value.at(function, ["buildConfig", "runtime"])
}

_supported(runtime) := value.one_of(runtime, {name |
	some name, end in data.params.supply_chain.runtimes
	clock.days_until(end) >= 0
})

_repositories := {sprintf("/repositories/%v", [target.inputs.repositoryId]) |
	some target in plan.of("gcp:artifactregistry/repository:Repository")
}

_taken(function, path, type) := plan.refers(function, path, type)

_stored(function, repository) := "pass" if {
	strings.any_suffix_match(item.text(repository), _repositories)
} else := "pass" if {
	repository.state == "unknown"
	count(plan.referred(function, "buildConfig", "gcp:artifactregistry/repository:Repository")) > 0
} else := "undetermined" if {
	repository.state == "unknown"
	count(object.get(function.propertyDependencies, "buildConfig", [])) == 0
} else := "fail"
