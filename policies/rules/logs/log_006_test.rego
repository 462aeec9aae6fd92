package lockgate.rules.logs.log_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_006

_judged(resources, charter) := statuses if {
	statuses := fixture.statuses(log_006.findings) with input as fixture.judged(resources, charter)
}

_kinds := [{"logType": "ADMIN_READ"}, {"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}]

_config(service, kinds) := fixture.resource(
	"gcp:projects/iAMAuditConfig:IAMAuditConfig",
	service,
	{"project": "acme-claims-prod", "service": service, "auditLogConfigs": kinds},
)

_each(kinds) := [_config(service, kinds) |
	some service in array.concat(data.params.logs.audited_services, data.params.logs.audited_services_personal)
]

_impersonal := fixture.chartered({"data": {"personal": false}})

test_passes_with_each_service if _judged(_each(_kinds), fixture.charter) == {["", "pass"]}

test_passes_with_all_services if _judged([_config("allServices", _kinds)], null) == {["", "pass"]}

test_passes_with_a_configuration_of_the_organisation if {
	above := fixture.resource(
		"gcp:organizations/iamAuditConfig:IamAuditConfig",
		"o",
		{"service": "allServices", "auditLogConfigs": _kinds},
	)
	_judged([above], fixture.charter) == {["", "pass"]}
}

test_passes_with_vertex_alone_without_personal_data if {
	_judged([_config("aiplatform.googleapis.com", _kinds)], _impersonal) == {["", "pass"]}
}

test_fails_with_vertex_alone if _judged([_config("aiplatform.googleapis.com", _kinds)], fixture.charter) == {["", "fail"]}

test_fails_without_any if _judged([], fixture.charter) == {["", "fail"]}

test_fails_without_reads if {
	_judged([_config("allServices", [{"logType": "ADMIN_READ"}, {"logType": "DATA_WRITE"}])], fixture.charter) == {["", "fail"]}
}

test_fails_with_an_exemption if {
	kinds := array.concat(_kinds, [{"logType": "DATA_READ", "exemptedMembers": ["user:a@example.com"]}])
	_judged([_config("allServices", kinds)], fixture.charter) == {["", "fail"]}
}

test_fails_in_another_project if {
	other := object.union(_config("allServices", _kinds), {"inputs": {"project": "other"}})
	_judged([other], fixture.charter) == {["", "fail"]}
}

test_fails_with_a_kind_that_is_none if _judged([_config("allServices", ["DATA_READ"])], fixture.charter) == {["", "fail"]}

test_undetermined_when_unknown if {
	_judged([_config("allServices", fixture.unknown)], fixture.charter) == {["", "undetermined"]}
}
