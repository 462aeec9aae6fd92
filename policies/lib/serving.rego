# METADATA
# title: What serves requests
# description: |
#   Functions of both generations and Cloud Run services, read alike: where a type keeps a setting is in
#   data/routing.json.
package lockgate.lib.serving

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.value

# METADATA
# description: Everything of the plan that serves requests or events.
all := [resource |
	some type
	data.params.routing.services[type]
	some resource in plan.of(type)
]

# METADATA
# description: What is called over HTTP, and so takes cases from a caller.
routers := [resource | some resource in all; not on_event(resource)]

# METADATA
# description: Whether events trigger it, so that nobody calls it.
on_event(resource) if value.at(resource, ["eventTrigger"]).state != "absent"

# METADATA
# description: A setting, such as "ingress", by the name that data/routing.json gives it.
setting(resource, name) := value.at(resource, data.params.routing.services[resource.type][name])

# METADATA
# description: A setting, or the value that Google takes where it is not set.
setting_or(resource, name, otherwise) := {"state": "known", "value": data.params.routing.services[resource.type][otherwise]} if {
	setting(resource, name).state == "absent"
} else := setting(resource, name)

# METADATA
# description: An environment variable, of whichever container.
environment(resource, name) := value.at(resource, array.concat(_variables(resource), [name])) if {
	count(_variables(resource)) > 0
} else := setting(resource, "containers") if {
	setting(resource, "containers").state in {"unknown", "secret"}
} else := found if {
	some container in setting(resource, "containers").value
	some variable in container.envs
	variable.name == name
	found := value.of(object.get(variable, "value", null))
} else := {"state": "absent"}

# METADATA
# description: The names of the environment variables, as far as they are known.
environment_names(resource) := object.keys(value.at(resource, _variables(resource)).value) if {
	count(_variables(resource)) > 0
	is_object(value.at(resource, _variables(resource)).value)
} else := {variable.name |
	some container in setting(resource, "containers").value
	some variable in container.envs
}

_variables(resource) := data.params.routing.services[resource.type].variables

# METADATA
# description: The routes that the charter wants, in the form of the variable ROUTES.
routes := {name: route |
	some name in ["high", "medium", "low", "fallback"]
	route := input.charter.routing[name]
	is_object(route)
}

# METADATA
# description: |
#   pass when the variable ROUTES says what the charter's routing says. A key without a value is as good as none:
#   charters and routers may be older than the newest key.
routed(resource) := value.verdict(said, {text | text := item.text(said); json.is_valid(text); _told(json.unmarshal(text)) == _told(routes)}) if {
	said := environment(resource, "ROUTES")
}

_told(given) := {name: _valued(route) | some name, route in given} if {
	is_object(given)
} else := given

_valued(route) := {key: said | some key, said in route; not said in [null, []]} if {
	is_object(route)
} else := route

# METADATA
# description: The services that carry routes, so that they answer the charter's cases.
carriers := [resource | some resource in routers; environment(resource, "ROUTES").state != "absent"]

# METADATA
# description: The longest that a case may wait, in seconds. Each role of a route is waited for once.
longest_wait := max(_waits)

_waits contains route.timeout_seconds * count(roles(route)) if {
	some name in ["high", "medium", "low"]
	route := routes[name]
}

# METADATA
# description: The models of a route's roles in their order; charters are older than the formatter.
roles(route) := [model | some key in ["model", "checker", "formatter"]; model := object.get(route, key, null); is_string(model)]

# METADATA
# description: Every model that a route may ask, be it after a failure or for want of money.
asked(route) := {model | some model in array.concat(roles(route), object.get(route, "next_models", []))} | {model |
	model := object.get(route, "over_budget", null)
	is_string(model)
}

_bucket := "gcp:storage/bucket:Bucket"

# METADATA
# description: The buckets of the plan that hold the source of a service.
source_buckets contains bucket.urn if {
	some resource in all
	some bucket in plan.named(resource, ["buildConfig", "source", "storageSource", "bucket"], _bucket)
}

# METADATA
# description: The buckets of the plan in which services share the spend record, by their name.
state_buckets[name] contains bucket.urn if {
	some bucket in plan.of(_bucket)
	name := value.at(bucket, ["name"]).value
	name in _state_names
}

_state_names contains environment(resource, "STATE_BUCKET").value if some resource in all

# METADATA
# description: The buckets of the functions' source and of the spend record.
record_buckets := source_buckets | {urn | some urns in state_buckets; some urn in urns}

# METADATA
# description: The buckets of the plan in which routers look for the switch that pauses them, by their name.
switch_buckets[name] contains bucket.urn if {
	some bucket in plan.of(_bucket)
	name := value.at(bucket, ["name"]).value
	name in _switch_names
}

_switch_names contains environment(resource, "SWITCH_BUCKET").value if some resource in all

# METADATA
# description: All buckets of the functions.
buckets := record_buckets | {urn | some urns in switch_buckets; some urn in urns}

# METADATA
# description: The IAM members that may pause routers, as the charter says; a charter may say none.
operators := object.get(input.charter.routing, "operators", [])

# METADATA
# description: |
#   The bucket of the spend record of a service as {"status", "urns"}: pass with the buckets of the plan that
#   STATE_BUCKET names.
state(resource) := _kept(environment(resource, "STATE_BUCKET"), state_buckets)

# METADATA
# description: The same of the bucket of the switch that SWITCH_BUCKET names.
switch(resource) := _kept(environment(resource, "SWITCH_BUCKET"), switch_buckets)

_kept(named, buckets_of) := {"status": value.verdict(named, {urn | some urn in urns}), "urns": urns} if {
	urns := object.get(buckets_of, object.get(named, "value", null), set())
}

# METADATA
# description: |
#   The service account named at a path of a resource, as an IAM member: by its address, or by reference to the
#   one account of the plan that the property is taken from.
member(resource, path) := {"state": "known", "value": sprintf("serviceAccount:%s", [email.value])} if {
	email := value.at(resource, path)
	email.state == "known"
} else := {"state": "known", "value": _address(accounts[0])} if {
	value.at(resource, path).state == "unknown"
	accounts := plan.referred(resource, path[0], "gcp:serviceaccount/account:Account")
	count(accounts) == 1
	value.at(accounts[0], ["accountId"]).state == "known"
} else := value.at(resource, path)

_address(account) := sprintf(
	"serviceAccount:%s@%s.iam.gserviceaccount.com",
	[account.inputs.accountId, input.charter.cloud.project],
)

# METADATA
# description: The account that a service runs as, as an IAM member.
runs_as(resource) := member(resource, data.params.routing.services[resource.type].account)

# METADATA
# description: The name by which that account logs in to Cloud SQL for PostgreSQL, which cuts the suffix.
login(resource) := {"state": "known", "value": trim_suffix(trim_prefix(account.value, "serviceAccount:"), ".gserviceaccount.com")} if {
	account := runs_as(resource)
	account.state == "known"
} else := runs_as(resource)

# METADATA
# description: |
#   What is granted on a service or a bucket of the plan, by the URN of the target. Under "" are the grants of which
#   the target is unknown until the deployment.
granted_on[urn] contains {"resource": resource, "grant": grant} if {
	some type, path in data.params.routing.grants
	some resource in plan.of(type)
	some urn in _targets(resource, path, object.keys(data.params.routing.services))
	some grant in iam.grants(resource)
}

granted_on[urn] contains {"resource": resource, "grant": grant} if {
	some type in data.params.routing.bucket_grants
	some resource in plan.of(type)
	some urn in _targets(resource, ["bucket"], {_bucket})
	some grant in iam.grants(resource)
}

_targets(resource, path, types) := found if {
	found := {target.urn | some type in types; some target in plan.named(resource, path, type)}
	count(found) > 0
} else := {""} if {
	value.best({plan.refers(resource, path, type) | some type in types}) == "undetermined"
} else := set()

# METADATA
# description: pass when the plan grants one of some roles on the target, given by its URN, to the member.
granted(urn, roles, wanted) := value.best({status |
	some [key, unknown] in [[urn, set()], ["", {"undetermined"}]]
	some one in object.get(granted_on, key, set())
	status := value.worst({
		value.one_of(one.grant.role, roles),
		given_to(one.resource, one.grant, wanted),
	} | unknown)
})

# METADATA
# description: pass when a grant is to the member, by its name or by reference to its account.
given_to(resource, grant, wanted) := "undetermined" if {
	wanted.state != "known"
} else := "pass" if {
	grant.member.state == "unknown"
	some account in plan.referred(resource, iam.members_property(resource), "gcp:serviceaccount/account:Account")
	_address(account) == wanted.value
} else := value.equals(grant.member, wanted.value)

# METADATA
# description: An amount of memory, such as 512Mi, 1G or a plain number of MiB, in MiB.
mebibytes(given) := {"state": "known", "value": to_number(found[1]) * _units[found[2]]} if {
	given.state == "known"
	found := regex.find_all_string_submatch_n(`^([0-9]+)(Mi|Gi|M|G|)$`, sprintf("%v", [given.value]), 1)[0]
} else := {"state": "malformed", "value": given.value} if {
	given.state == "known"
} else := given

_units := {"": 1, "Mi": 1, "Gi": 1024, "M": 0.95367431640625, "G": 953.67431640625}

# METADATA
# description: A number of CPUs, such as 2 or 1000m.
cpus(given) := {"state": "known", "value": to_number(trim_suffix(given.value, "m")) / 1000} if {
	regex.match(`^[0-9]+m$`, item.text(given))
} else := given
