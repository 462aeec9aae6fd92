# METADATA
# title: Vertex AI can write transcripts
# description: |
#   The service agent of Vertex AI may write to a dataset of the plan, and the plan makes sure that there is such an agent:
#   Google makes it when it is asked for, not when the API is enabled. A log that cannot be written is silently none.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-012
#   severity: medium
#   group: data
#   needs_charter: true
#   judges: stack
#   remediation: Add the transcripts component, or give service-<project number>@gcp-sa-aiplatform.iam.gserviceaccount.com WRITER in the dataset's accesses, and add a gcp.projects.ServiceIdentity for aiplatform.googleapis.com.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.data.dat_012

import data.lockgate.lib.agent
import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("DAT-012", status, _message(status)) if {
	status := value.worst({agent.made, _writes})
}

_message("pass") := "Vertex AI can write to a dataset of the plan"

_message("undetermined") := "whether Vertex AI can write to a dataset is unknown until the deployment"

_message("fail") := sprintf("nothing makes sure that there is %s", [agent.email]) if {
	agent.made == "fail"
} else := sprintf("%s may not write to any dataset of the plan", [agent.email])

_writes := value.best(_by_access | _by_grant)

_by_access := {value.worst({_is(entry, "userByEmail", {agent.email}), _is(entry, "role", _writers)}) |
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	some entry in value.items(value.at(dataset, ["accesses"]))
}

_by_grant := {value.worst({
	value.equals(grant.member, sprintf("serviceAccount:%s", [agent.email])),
	value.one_of(grant.role, _writers),
	_on_dataset(resource),
}) |
	some resource in plan.of_any([
		"gcp:bigquery/datasetIamMember:DatasetIamMember",
		"gcp:bigquery/datasetIamBinding:DatasetIamBinding",
	])
	some grant in iam.grants(resource)
}

_writers := {"WRITER", "roles/bigquery.dataEditor"}

_is(entry, key, allowed) := value.one_of(item.part(entry, key), allowed)

_on_dataset(resource) := value.one_of(value.at(resource, ["datasetId"]), {id |
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	id := value.at(dataset, ["datasetId"]).value
})
