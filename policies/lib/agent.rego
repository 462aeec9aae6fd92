# METADATA
# title: The service agent of Vertex AI
# description: The principal by which Vertex AI acts in the charter's project, and whether the plan makes sure of it.
package lockgate.lib.agent

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.value

# METADATA
# description: Its e-mail address.
email := sprintf("service-%s@gcp-sa-aiplatform.iam.gserviceaccount.com", [input.charter.cloud.project_number])

# METADATA
# description: Whether the plan asks Google to make it.
made := value.best({value.worst({
	value.equals(value.at(identity, ["service"]), "aiplatform.googleapis.com"),
	project.own(value.at(identity, ["project"])),
}) |
	some identity in plan.of("gcp:projects/serviceIdentity:ServiceIdentity")
})
