# METADATA
# title: Workloads have custom roles
# description: |
#   What a service account of a project may do in the whole project stands in custom roles; and nobody but
#   Google's own service agents is given a role there that administers, impersonates or owns. A predefined
#   role grows with each release of its service; a custom one does not.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-002
#   severity: high
#   group: identity
#   needs_charter: false
#   judges: ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding", "gcp:projects/iAMPolicy:IAMPolicy", "gcp:folder/iAMMember:IAMMember", "gcp:folder/iAMBinding:IAMBinding", "gcp:folder/iAMPolicy:IAMPolicy", "gcp:organizations/iAMMember:IAMMember", "gcp:organizations/iAMBinding:IAMBinding", "gcp:organizations/iAMPolicy:IAMPolicy"]
#   remediation: Bind a gcp.projects.IAMCustomRole with exactly the permissions used, or grant the role on the one resource that needs it.
#   controls: ["CKV_GCP_41", "CKV_GCP_42", "CKV_GCP_49", "CIS GCP 1.5", "CIS GCP 1.6"]
package lockgate.rules.identity.iam_002

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("IAM-002", resource, status, _message(status, judged)) if {
	some resource in iam.wide
	judged := {{"status": _status(resource, grant), "role": value.show(grant.role), "member": value.show(grant.member)} |
		some grant in iam.grants(resource)
	}
	status := value.worst({one.status | some one in judged})
}

_status(resource, grant) := "fail" if {
	grant.member.state != "unknown"
	not _principal(grant.member)
} else := "pass" if {
	_custom(resource, grant.role)
} else := "pass" if {
	iam.is_google_agent(grant.member.value)
} else := "fail" if {
	_broad(grant.role.value)
} else := "fail" if {
	grant.role.state == "known"
	regex.match(`^serviceAccount:`, grant.member.value)
} else := "undetermined" if {
	"unknown" in {grant.role.state, grant.member.state}
} else := "pass"

_principal(member) if regex.match(data.params.identity.principal, member.value)

_custom(_, role) if regex.match(`^(projects|organizations)/[^/]+/roles/[A-Za-z0-9_.]+$`, role.value)

_custom(resource, role) if {
	role.state == "unknown"
	count(plan.referred(resource, "role", "gcp:projects/iAMCustomRole:IAMCustomRole")) > 0
}

_broad(role) if {
	some pattern in data.params.identity.broad_roles
	regex.match(pattern, role)
}

_message(status, judged) := concat("; ", sort({text |
	some one in judged
	one.status == status
	text := sprintf(_texts[status], [one.role, one.member])
})) if {
	status != "pass"
} else := "grants custom roles, or predefined ones to whom they suit"

_texts := {
	"fail": "grants %s to %s in the whole project: a predefined role, or no principal",
	"undetermined": "grants role %s to %s: one of them is unknown until the deployment",
}
