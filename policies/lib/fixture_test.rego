# METADATA
# title: Fixtures
# description: Makes small plans and a charter for the tests of the rules. Not part of the bundle.
package lockgate.lib.fixture

# METADATA
# description: A planned resource with its inputs.
resource(type, name, inputs) := {
	"urn": sprintf("urn:pulumi:test::lockgate::%s::%s", [type, name]),
	"type": type,
	"name": name,
	"custom": true,
	"parent": null,
	"provider": null,
	"protect": false,
	"dependencies": [],
	"propertyDependencies": {},
	"source": "infra/stack.py:1",
	"inputs": inputs,
}

# METADATA
# description: The same resource with a property taken from another resource.
taking(resource, property, target) := object.union(resource, {"propertyDependencies": {property: [target.urn]}})

# METADATA
# description: The input document for some resources and the charter below.
plan(resources) := judged(resources, charter)

# METADATA
# description: The input document for some resources and a charter, which may be null.
judged(resources, a_charter) := {
	"stack": "test",
	"project": "lockgate",
	"now": "2026-11-22T12:00:00Z",
	"charter": a_charter,
	"by_urn": {r.urn: r | some r in resources},
	"by_type": {type: [r | some r in resources; r.type == type] |
		some type in {r.type | some r in resources}
	},
}

# METADATA
# description: The charter with some of its values replaced.
chartered(overrides) := object.union(charter, overrides)

# METADATA
# description: The statuses that a set of findings holds, by the resource's name ("" for the stack).
statuses(findings) := {[name_of(f.urn), f.status] | some f in findings}

name_of(urn) := "" if {
	urn == null
} else := regex.split("::", urn)[3]

unknown := {"$unknown": true}

secret := {"$secret": true}

charter := {
	"format": "lockgate.charter/1",
	"extends": null,
	"use_case": {
		"name": "claims-triage",
		"summary": "Sorts incoming motor claims by urgency and proposes the next step.",
		"environment": "production",
		"autonomy": "acts-with-review",
		"people_affected": ["policyholders"],
	},
	"business": {
		"sponsor": "claims-director@example.com",
		"adoption_owner": "claims-operations@example.com",
		"kpi": {
			"name": "handling time",
			"unit": "minutes a claim",
			"baseline": 38,
			"target": 22,
			"value_per_unit": 0.7,
			"per": "case",
			"review_by": "2027-03-31",
		},
		"scaling": {
			"cases_per_day": 4000,
			"cases_per_day_at_target": 9000,
			"plan": "Second replica pool and a higher token quota once two regions carry the load.",
		},
	},
	"governance": {
		"compliance_owner": "compliance@example.com",
		"governance_owner": "data-governance@example.com",
		"ai_act_class": "high",
		"lawful_basis": "contract",
		"dpia": {"reference": "DPIA-2026-014", "approved_on": "2026-09-30"},
		"explanation": "The letter names the three facts that decided the tier.",
		"bias_segments": ["private", "commercial"],
		"contest": {"who": "policyholders", "contact": "claims-review@example.com", "days_to_answer": 10},
	},
	"risk": {
		"high": {"when": "injury or more than 20,000 EUR", "max_error": 0.01},
		"medium": {"when": "5,000 to 20,000 EUR", "max_error": 0.03},
		"low": {"when": "up to 5,000 EUR", "max_error": 0.05},
	},
	"data": {
		"categories": ["contact-details", "health-data"],
		"personal": true,
		"special_categories": true,
		"residency": ["europe-west4"],
		"retention_days": 90,
		"sources": [{"name": "claims-portal", "owner": "claims-it@example.com", "description": "Web form."}],
		"masked_fields": ["name", "iban"],
	},
	"cloud": {
		"project": "acme-claims-prod",
		"project_number": "123456789012",
		"region": "europe-west4",
		"billing_account": "0A1B2C-3D4E5F-6A7B8C",
	},
	"models": [
		{"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"},
		{"id": "gemma-3-12b-it", "publisher": "google", "role": "check", "hosting": "deployed"},
	],
	"capacity": {
		"accelerator": "NVIDIA_L4",
		"accelerators_per_replica": 2,
		"machine_type": "g2-standard-24",
		"replicas": {"min": 1, "max": 2},
		"tokens_per_minute": 120000,
		"router": {"max_instances": 10, "concurrency": 40, "memory_mib": 512},
		"database": {"tier": "db-custom-1-3840", "disk_gib": 20, "high_availability": true},
	},
	"money": {
		"currency": "EUR",
		"exchange": {"usd_rate": 0.9, "date": "2026-11-02", "source": "group treasury"},
		"monthly_limit": 6000,
		"pilot_burn_limit": 18000,
		"finops_owner": "finops@example.com",
		"thresholds": [
			{"percent": 50, "basis": "current"},
			{"percent": 90, "basis": "current"},
			{"percent": 100, "basis": "forecast"},
		],
		"recipients": ["finops@example.com", "claims-controlling@example.com"],
		"cost_centre": "cc-4711",
	},
	"logging": {
		"location": "europe-west4",
		"retention_days": 400,
		"locked": true,
		"transcript_sampling": 1,
		"auditors": ["group:audit@example.com"],
	},
	"routing": {
		"high": {
			"action": "manual-review",
			"model": "gemini-3.8-flash",
			"checker": null,
			"timeout_seconds": 20,
			"max_input_tokens": 8000,
			"max_output_tokens": 800,
		},
		"medium": {
			"action": "validate",
			"model": "gemini-3.8-flash",
			"checker": "gemma-3-12b-it",
			"timeout_seconds": 20,
			"max_input_tokens": 8000,
			"max_output_tokens": 800,
		},
		"low": {
			"action": "automatic",
			"model": "gemini-3.8-flash",
			"checker": null,
			"timeout_seconds": 10,
			"max_input_tokens": 4000,
			"max_output_tokens": 400,
		},
		"fallback": {"action": "manual-review", "description": "The case goes to the ordinary claims queue."},
		"callers": ["serviceAccount:claims-workflow@acme-claims-prod.iam.gserviceaccount.com"],
	},
	"evaluation": {"max_error_by_segment": {"private": 0.03, "commercial": 0.03}, "min_cases": 400},
	"rollout": {"stage": "general"},
}

# METADATA
# description: A budget on the charter's project, with further inputs.
budget(inputs) := resource("gcp:billing/budget:Budget", "b", object.union(
	{"billingAccount": "0A1B2C-3D4E5F-6A7B8C", "budgetFilter": {"projects": ["projects/123456789012"]}},
	inputs,
))
