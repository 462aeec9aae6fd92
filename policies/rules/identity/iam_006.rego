# METADATA
# title: Each workload is someone
# description: |
#   A function, service, job or machine runs as a service account of the stack that no other runs as. The
#   default accounts are shared by everything in a project, and what a shared account did cannot be told apart
#   in an audit log.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-006
#   severity: high
#   group: identity
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrunv2/job:Job", "gcp:cloudrunv2/service:Service", "gcp:compute/instance:Instance", "gcp:notebooks/instance:Instance"]
#   remediation: Add a gcp.serviceaccount.Account for the workload and run it as that account (serviceConfig.serviceAccountEmail of a function).
#   controls: ["CIS GCP 4.1", "CKV_GCP_30"]
package lockgate.rules.identity.iam_006

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_account_type := "gcp:serviceaccount/account:Account"

_workloads := [{"resource": resource, "path": path, "email": value.at(resource, path)} |
	some type, path in data.params.identity.runs_as
	some resource in plan.of(type)
]

# The workloads of each account of the plan.
_users[urn] contains workload.resource.urn if {
	some workload in _workloads
	some urn in _planned(workload)
}

_planned(workload) := iam.accounts[iam.own_account(workload.email.value)] if {
	workload.email.state == "known"
} else := {account.urn | some account in plan.referred(workload.resource, workload.path[0], _account_type)} if {
	workload.email.state == "unknown"
}

findings contains result.of("IAM-006", workload.resource, status, message) if {
	some workload in _workloads
	[status, message] := _judgement(workload)
}

_judgement(workload) := ["fail", sprintf("%s is not set: it runs as a default account", [concat(".", workload.path)])] if {
	workload.email.state == "absent"
} else := ["fail", sprintf("runs as %v, a default account", [workload.email.value])] if {
	some pattern in data.params.identity.default_accounts
	regex.match(pattern, item.text(workload.email))
} else := ["fail", "runs as the account of another workload too"] if {
	some urn in _planned(workload)
	count(object.get(_users, urn, set())) > 1
} else := ["pass", "runs as an account of its own"] if {
	count(_planned(workload)) == 1
} else := ["fail", sprintf("runs as %v, which is no account of the stack", [workload.email.value])] if {
	workload.email.state == "known"
} else := ["undetermined", "as whom it runs is unknown until the deployment"]
