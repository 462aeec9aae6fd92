# METADATA
# title: Transcripts are read by few
# description: |
#   Each dataset says who has access: the project's own service accounts and service agents, the charter's auditors, and
#   the owners whom BigQuery asks for. What is not said is what Google gives by default, which is every viewer of the
#   project. A grant beside the dataset is judged alike.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-003
#   severity: critical
#   group: data
#   needs_charter: true
#   judges:
#     - "gcp:bigquery/dataset:Dataset"
#     - "gcp:bigquery/datasetAccess:DatasetAccess"
#     - "gcp:bigquery/datasetIamMember:DatasetIamMember"
#     - "gcp:bigquery/datasetIamBinding:DatasetIamBinding"
#     - "gcp:bigquery/datasetIamPolicy:DatasetIamPolicy"
#     - "gcp:bigquery/iamMember:IamMember"
#     - "gcp:bigquery/iamBinding:IamBinding"
#     - "gcp:bigquery/iamPolicy:IamPolicy"
#   remediation: List the access in full in accesses - projectOwners, the project's service accounts and agents, the charter's auditors - and remove everybody else.
#   controls: ["GDPR Art. 32", "CKV_GCP_15"]
package lockgate.rules.data.dat_003

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-003", dataset, status, message) if {
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	given := value.at(dataset, ["accesses"])
	entries := value.items(given)
	status := value.worst({_entry(entry) | some entry in entries} | _said(given, entries))
	message := _message(status, sort({_name(entry) | some entry in entries; _entry(entry) == status}))
}

_said(given, _) := {"pass"} if given.state in {"unknown", "secret"}

_said(_, entries) := {"fail"} if count(entries) == 0

_said(given, entries) := {"pass"} if {
	given.state == "known"
	count(entries) > 0
}

findings contains result.of("DAT-003", access, status, message) if {
	some access in plan.of("gcp:bigquery/datasetAccess:DatasetAccess")
	entry := {"state": "known", "value": access.inputs}
	status := _entry(entry)
	message := _message(status, [_name(entry)])
}

findings contains result.of("DAT-003", resource, status, message) if {
	some resource in plan.of_any([
		"gcp:bigquery/datasetIamMember:DatasetIamMember",
		"gcp:bigquery/datasetIamBinding:DatasetIamBinding",
		"gcp:bigquery/datasetIamPolicy:DatasetIamPolicy",
		"gcp:bigquery/iamMember:IamMember",
		"gcp:bigquery/iamBinding:IamBinding",
		"gcp:bigquery/iamPolicy:IamPolicy",
	])
	grants := iam.grants(resource)
	status := value.worst({_member(grant.member) | some grant in grants})
	message := _message(status, sort({value.show(grant.member) | some grant in grants; _member(grant.member) == status}))
}

_message("pass", _) := "it is open to the project's own accounts and the charter's auditors only"

_message("undetermined", _) := "who has access is unknown until the deployment"

_message("fail", []) := "accesses is not set, so every viewer of the project has access"

_message("fail", names) := sprintf("it is open to %s", [concat(", ", names)]) if count(names) > 0

_entry(entry) := "undetermined" if {
	entry.state in {"unknown", "secret"}
} else := value.equals(_of(entry, "specialGroup"), "projectOwners") if {
	_has(entry, "specialGroup")
} else := _member(_prefixed(entry, "userByEmail", "serviceAccount:")) if {
	_has(entry, "userByEmail")
} else := _member(_prefixed(entry, "groupByEmail", "group:")) if {
	_has(entry, "groupByEmail")
} else := _member(_of(entry, "iamMember")) if {
	_has(entry, "iamMember")
} else := "fail" if {
	_has(entry, "domain")
} else := "fail" if {
	not _is_share(entry)
} else := value.worst({_shared(_of(entry, key)) | some key in {"view", "routine", "dataset"}})

_is_share(entry) if {
	some key in {"view", "routine", "dataset"}
	_has(entry, key)
}

# A view, routine or dataset that reads this one has to be the project's own.
_shared(given) := "pass" if {
	given.state == "absent"
} else := "undetermined" if {
	given.state in {"unknown", "secret"}
} else := value.one_of(_project(given), {input.charter.cloud.project, input.charter.cloud.project_number})

# A dataset is shared as an object within an object.
_project(shared) := item.part(shared, "projectId") if {
	item.part(shared, "projectId").state != "absent"
} else := item.part(item.part(shared, "dataset"), "projectId")

_of(entry, key) := item.part(entry, key)

_has(entry, key) if _of(entry, key).state != "absent"

_prefixed(entry, key, prefix) := {"state": "known", "value": sprintf("%s%s", [prefix, _of(entry, key).value])} if {
	_of(entry, key).state == "known"
} else := _of(entry, key)

_name(entry) := concat(" ", sort({value.show(_of(entry, key)) |
	some key in {"specialGroup", "userByEmail", "groupByEmail", "iamMember", "domain", "role"}
	_has(entry, key)
}))

_member(member) := "pass" if {
	member.value in input.charter.logging.auditors
} else := value.matches(member, _ours)

_ours := sprintf(`^serviceAccount:([a-z0-9-]+@%s|service-%s@gcp-sa-[a-z0-9-]+)\.iam\.gserviceaccount\.com$`, [
	input.charter.cloud.project,
	input.charter.cloud.project_number,
])
