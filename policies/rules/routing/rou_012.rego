# METADATA
# title: What runs is what was planned
# description: |
#   A function is built from an archive of the plan, by a service account of the plan, into a repository of the plan,
#   with no variables that redirect the build. What is built from elsewhere, or by the default account with the rights
#   of an editor, is not what was reviewed.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-012
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: ["gcp:cloudfunctionsv2/function:Function"]
#   remediation: Set buildConfig.source.storageSource to a gcp.storage.BucketObject of the stack, buildConfig.serviceAccount and buildConfig.dockerRepository to the stack's own, and no buildConfig.environmentVariables.
#   controls: []
package lockgate.rules.routing.rou_012

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_type := "gcp:cloudfunctionsv2/function:Function"

_storage := ["buildConfig", "source", "storageSource"]

findings contains result.of("ROU-012", function, status, message) if {
	some function in plan.of(_type)
	parts := {
		"its source is no archive of the plan": _source(function),
		"its source is in no bucket of the plan": _bucket(function),
		"it is built by no service account of the plan": _builder(function),
		"its image is kept in no repository of the plan": _repository(function),
		"variables are set for its build": _variables(function),
		"its image is not scanned for vulnerabilities": _scanned(function),
	}
	status := value.worst({part | some part in parts})
	message := concat("; ", _said(parts, status))
}

_said(_, "pass") := ["is built from the plan's archive, by the plan's account"]

_said(parts, status) := sort([sprintf("%s%s", [text, _known[status]]) | some text, part in parts; part == status]) if {
	status != "pass"
}

_known := {"fail": "", "undetermined": " as far as is known before the deployment"}

# An archive has content; a name without one is whatever lies there.
_source(function) := _archived(urns, value.at(function, array.concat(_storage, ["bucket"]))) if {
	urns := plan.named_urns(function, array.concat(_storage, ["object"]), _object)
	count(urns) > 0
} else := plan.refers(function, array.concat(_storage, ["object"]), _object)

_object := "gcp:storage/bucketObject:BucketObject"

# Asked by the URNs: what is common to functions whose archives have one name is reckoned once.
_archived(urns, bucket) := "fail" if {
	bucket.state == "known"
	count(_literals(urns) - {bucket.value}) > 0
} else := _filled(urns)

# The archive lies in the bucket in which the function looks for it.
_literals(urns) := {bucket.value |
	some urn in urns
	bucket := value.at(plan.by_urn[urn], ["bucket"])
	bucket.state == "known"
}

_filled(urns) := value.worst({status |
	some urn in urns
	object := plan.by_urn[urn]
	some status in {
		value.best({value.given(object, ["source"]), value.given(object, ["content"])}),
		value.given(object, ["bucket"]),
	}
})

_bucket(function) := plan.refers(function, array.concat(_storage, ["bucket"]), "gcp:storage/bucket:Bucket")

_builder(function) := "pass" if {
	iam.accounts[iam.own_account(item.text(value.at(function, ["buildConfig", "serviceAccount"])))]
} else := "fail" if {
	value.at(function, ["buildConfig", "serviceAccount"]).state in {"known", "absent"}
} else := "pass" if {
	count(plan.referred(function, "buildConfig", "gcp:serviceaccount/account:Account")) > 0
} else := "undetermined"

_repository(function) := "pass" if {
	count(plan.referred(function, "buildConfig", "gcp:artifactregistry/repository:Repository")) > 0
	value.at(function, ["buildConfig", "dockerRepository"]).state == "unknown"
} else := "pass" if {
	regex.replace(item.text(value.at(function, ["buildConfig", "dockerRepository"])), `^.*/`, "") in _repositories
} else := "fail" if {
	value.at(function, ["buildConfig", "dockerRepository"]).state in {"known", "absent"}
} else := "undetermined"

_repositories contains value.at(repository, ["repositoryId"]).value if {
	some repository in plan.of("gcp:artifactregistry/repository:Repository")
}

_variables(function) := "pass" if {
	value.at(function, ["buildConfig", "environmentVariables"]).state == "absent"
} else := value.equals(value.at(function, ["buildConfig", "environmentVariables"]), {})

# Artifact Registry API v1, VulnerabilityScanningConfig: without a value the project's setting holds.
_scanned(function) := value.worst({value.none_of(value.at(repository, ["vulnerabilityScanningConfig", "enablementConfig"]), ["DISABLED"]) |
	some repository in plan.referred(function, "buildConfig", "gcp:artifactregistry/repository:Repository")
})
