# METADATA
# title: Results
# description: |
#   The only makers of findings. The rest of a finding (severity, group, remediation, controls) is joined
#   to it from the METADATA of its rule.
package lockgate.lib.result

import data.lockgate.lib.value

# METADATA
# description: What a rule says of one resource.
of(rule, resource, status, message) := {"rule": rule, "urn": resource.urn, "status": status, "message": message}

# METADATA
# description: What a rule says of the stack as a whole.
on_stack(rule, status, message) := {"rule": rule, "urn": null, "status": status, "message": message}

# METADATA
# description: |
#   What a rule says when one resource out of several candidates has to fit. Statuses holds the status of
#   each candidate; with none of them the guardrail is missing.
any_of(rule, statuses, messages) := on_stack(rule, status, messages[status]) if {
	status := value.best(statuses)
}
