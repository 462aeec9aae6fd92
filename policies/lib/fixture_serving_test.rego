# METADATA
# title: A router and what belongs to it
# description: |
#   A plan that passes every rule of the group routing, and ways to change one thing in it. For tests; not part of the
#   bundle.
package lockgate.lib.fixture_serving

import data.lockgate.lib.fixture

function_type := "gcp:cloudfunctionsv2/function:Function"

_mail := "acme-claims-prod.iam.gserviceaccount.com"

routes := json.marshal({name: route |
	some name in ["high", "medium", "low", "fallback"]
	route := fixture.charter.routing[name]
})

account(id) := fixture.resource("gcp:serviceaccount/account:Account", id, {"accountId": id})

topic := fixture.resource("gcp:pubsub/topic:Topic", "topic", {"name": "alerts"})

budget := fixture.taking(
	fixture.resource("gcp:billing/budget:Budget", "budget", {
		"budgetFilter": {"projects": ["projects/123456789012"]},
		"allUpdatesRule": {"pubsubTopic": fixture.unknown},
	}),
	"allUpdatesRule",
	topic,
)

network := fixture.resource("gcp:compute/subnetwork:Subnetwork", "subnet", {"name": "subnet"})

repository := fixture.resource("gcp:artifactregistry/repository:Repository", "images", {
	"location": "europe-west4",
	"repositoryId": "images",
})

bucket(name) := object.union(fixture.resource("gcp:storage/bucket:Bucket", name, _closed(name)), {"protect": true})

_closed(name) := {
	"name": name,
	"location": "EUROPE-WEST4",
	"publicAccessPrevention": "enforced",
	"uniformBucketLevelAccess": true,
	"versioning": {"enabled": true},
	"forceDestroy": false,
}

archive := fixture.resource("gcp:storage/bucketObject:BucketObject", "archive", {
	"name": "functions.zip",
	"bucket": "source",
	"source": {"$asset": "sha256:0"},
})

deployment := fixture.resource(
	"gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
	"deployment", {},
)

_function(name, account_id, more) := object.union_n([
	fixture.resource(function_type, name, object.union(_inputs(name, account_id), more)),
	{"propertyDependencies": {
		"buildConfig": [repository.urn],
		"serviceConfig": [network.urn, deployment.urn],
	}},
])

_inputs(name, account_id) := {
	"name": name,
	"location": "europe-west4",
	"project": "acme-claims-prod",
	"buildConfig": {
		"serviceAccount": sprintf("projects/acme-claims-prod/serviceAccounts/build@%s", [_mail]),
		"dockerRepository": fixture.unknown,
		"source": {"storageSource": {"bucket": "source", "object": "functions.zip"}},
	},
	"serviceConfig": {
		"serviceAccountEmail": sprintf("%s@%s", [account_id, _mail]),
		"ingressSettings": "ALLOW_INTERNAL_ONLY",
		"directVpcEgress": "VPC_EGRESS_ALL_TRAFFIC",
		"directVpcNetworkInterfaces": [{"subnetwork": fixture.unknown}],
		"maxInstanceCount": 10,
		"maxInstanceRequestConcurrency": 40,
		"minInstanceCount": 0,
		"availableMemory": "512Mi",
		"availableCpu": "1",
		"timeoutSeconds": 55,
		"environmentVariables": {
			"ROUTES": routes,
			"STATE_BUCKET": "state",
			"SWITCH_BUCKET": "switch",
			"MODEL_ARMOR_TEMPLATE": "projects/acme-claims-prod/locations/europe-west4/templates/t",
			"DEPLOYED_URLS": fixture.unknown,
		},
	},
}

router := _function("router", "router", {})

_heard := {"eventTrigger": {
	"eventType": "google.cloud.pubsub.topic.v1.messagePublished",
	"pubsubTopic": "projects/acme-claims-prod/topics/alerts",
	"triggerRegion": "europe-west4",
	"retryPolicy": "RETRY_POLICY_RETRY",
	"serviceAccountEmail": sprintf("invoker@%s", [_mail]),
}}

guard := _function("guard", "guard", _heard)

grant(name, service, member) := fixture.resource("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", name, {
	"name": service,
	"location": "europe-west4",
	"role": "roles/run.invoker",
	"member": member,
})

on_bucket(name, bucket_name, role, member) := fixture.resource("gcp:storage/bucketIAMMember:BucketIAMMember", name, {
	"bucket": bucket_name,
	"role": role,
	"member": member,
})

invoker := sprintf("serviceAccount:invoker@%s", [_mail])

heartbeat := fixture.taking(
	fixture.resource("gcp:cloudscheduler/job:Job", "heartbeat", {
		"region": "europe-west4",
		"schedule": "*/5 * * * *",
		"httpTarget": {
			"uri": fixture.unknown,
			"httpMethod": "POST",
			"oidcToken": {"serviceAccountEmail": sprintf("invoker@%s", [_mail])},
		},
	}),
	"httpTarget",
	router,
)

# METADATA
# description: The plan that passes.
stack := array.concat(
	[account(id) | some id in ["router", "guard", "build", "invoker"]],
	[
		topic, budget, network, repository, deployment, archive, router, guard, heartbeat,
		bucket("source"),
		bucket("state"),
		bucket("switch"),
		grant("caller", "router", "serviceAccount:claims-workflow@acme-claims-prod.iam.gserviceaccount.com"),
		grant("invokes-router", "router", invoker),
		grant("invokes-guard", "guard", invoker),
		on_bucket("reads", "state", "roles/storage.objectViewer", sprintf("serviceAccount:router@%s", [_mail])),
		on_bucket("writes", "state", "roles/storage.objectUser", sprintf("serviceAccount:guard@%s", [_mail])),
		on_bucket("follows", "switch", "roles/storage.objectViewer", sprintf("serviceAccount:router@%s", [_mail])),
	],
)

# METADATA
# description: The plan without a resource.
without(name) := [resource | some resource in stack; resource.name != name]

# METADATA
# description: The plan with one more resource.
with_also(resource) := array.concat(stack, [resource])

# METADATA
# description: The plan with some inputs of a resource set, however deep.
set_in(name, inputs) := [changed |
	some resource in stack
	changed := _set(resource, name, inputs)
]

_set(resource, name, inputs) := object.union(resource, {"inputs": inputs}) if {
	resource.name == name
} else := resource

# METADATA
# description: The plan without some inputs of a resource, given as JSON pointers.
unset_in(name, pointers) := [changed |
	some resource in stack
	changed := _unset(resource, name, pointers)
]

_unset(resource, name, pointers) := object.union(
	object.remove(resource, ["inputs"]),
	{"inputs": json.remove(resource.inputs, pointers)},
) if {
	resource.name == name
} else := resource

# METADATA
# description: The plan with a resource replaced by what it becomes.
replaced(name, becomes) := array.concat(without(name), [becomes])

# METADATA
# description: The plan with an environment variable of the router set.
variable(name, value) := set_in("router", {"serviceConfig": {"environmentVariables": {name: value}}})

# METADATA
# description: A Cloud Run service that routes, of the older or the newer API.
service(api, environment) := fixture.resource("gcp:cloudrunv2/service:Service", "service", {
	"name": "service",
	"location": "europe-west4",
	"ingress": "INGRESS_TRAFFIC_INTERNAL_ONLY",
	"template": {
		"serviceAccount": sprintf("router@%s", [_mail]),
		"timeout": "55s",
		"maxInstanceRequestConcurrency": 40,
		"scaling": {"maxInstanceCount": 10},
		"vpcAccess": {"egress": "ALL_TRAFFIC", "networkInterfaces": [{"subnetwork": "regions/europe-west4/subnetworks/subnet"}]},
		"containers": [{"envs": environment, "resources": {"limits": {"memory": "512Mi", "cpu": "1"}}}],
	},
}) if {
	api == "v2"
} else := fixture.resource("gcp:cloudrun/service:Service", "service", {
	"name": "service",
	"location": "europe-west4",
	"metadata": {"annotations": {"run.googleapis.com/ingress": "internal"}},
	"template": {
		"metadata": {"annotations": {
			"run.googleapis.com/vpc-access-egress": "all-traffic",
			"run.googleapis.com/vpc-access-connector": "subnet",
			"autoscaling.knative.dev/maxScale": "10",
		}},
		"spec": {
			"serviceAccountName": sprintf("router@%s", [_mail]),
			"timeoutSeconds": 55,
			"containerConcurrency": 40,
			"containers": [{"envs": environment, "resources": {"limits": {"memory": "512Mi", "cpu": "1000m"}}}],
		},
	},
})
