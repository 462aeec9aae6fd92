package lockgate.rules.network.net_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_006

_egress := {
	"network": "projects/p/global/networks/claims",
	"direction": "EGRESS",
	"destinationRanges": ["10.20.255.2/32"],
	"allows": [{"protocol": "tcp", "ports": ["443"]}],
	"logConfig": {"metadata": "INCLUDE_ALL_METADATA"},
}

_judged_as(type, inputs) := status if {
	findings := net_006.findings with input as fixture.plan([fixture.resource(type, "f", inputs)])
	some [_, status] in fixture.statuses(findings)
}

_judged(overrides) := _judged_as("gcp:compute/firewall:Firewall", object.union(_egress, overrides))

test_passes_for_a_private_destination if _judged({}) == "pass"

test_passes_for_googles_private_addresses if _judged({"destinationRanges": ["199.36.153.8/30"]}) == "pass"

test_passes_for_a_single_address if _judged({"destinationRanges": ["10.20.255.2"]}) == "pass"

test_passes_for_a_protocol_without_ports if _judged({"allows": [{"protocol": "icmp"}]}) == "pass"

test_passes_for_ingress_from_named_sources if {
	_judged({"direction": "INGRESS", "destinationRanges": null, "sourceTags": ["router"]}) == "pass"
}

test_passes_for_a_rule_that_denies if {
	_judged({"allows": null, "denies": [{"protocol": "all"}], "destinationRanges": ["0.0.0.0/0"]}) == "pass"
}

test_fails_for_everywhere if {
	every range in ["0.0.0.0/0", "::/0", "0.0.0.0/1", "10.0.0.0/8", "34.0.0.0/8", "somewhere"] {
		_judged({"destinationRanges": [range]}) == "fail"
	}
}

test_fails_without_a_destination if _judged({"destinationRanges": null}) == "fail"

test_fails_for_one_bad_destination_of_two if _judged({"destinationRanges": ["10.20.255.2/32", "0.0.0.0/0"]}) == "fail"

test_fails_for_ingress_from_anywhere if {
	_judged({"direction": null, "sourceRanges": ["0.0.0.0/0"]}) == "fail"
	_judged({"direction": "INGRESS"}) == "fail"
}

test_fails_for_every_protocol if _judged({"allows": [{"protocol": "all"}]}) == "fail"

test_fails_for_every_port if _judged({"allows": [{"protocol": "tcp"}]}) == "fail"

test_fails_without_a_network if _judged({"network": null}) == "fail"

test_fails_for_many_ports if _judged({"allows": [{"protocol": "tcp", "ports": ["1-65535"]}]}) == "fail"

test_fails_for_what_is_no_port if _judged({"allows": [{"protocol": "tcp", "ports": ["443", "https"]}]}) == "fail"

test_fails_without_logs if _judged({"logConfig": null}) == "fail"

test_fails_without_metadata_in_the_logs if _judged({"logConfig": {"metadata": "EXCLUDE_ALL_METADATA"}}) == "fail"

test_undetermined_for_an_unknown_destination if _judged({"destinationRanges": [fixture.unknown]}) == "undetermined"

test_undetermined_when_all_that_it_allows_is_unknown if {
	_judged({"allows": fixture.unknown}) == "undetermined"
	_judged({"allows": [fixture.unknown]}) == "undetermined"
	_policy({"match": {"layer4Configs": fixture.unknown}}) == "undetermined"
}

test_undetermined_for_unknown_ports if {
	_judged({"allows": [{"protocol": "tcp", "ports": fixture.unknown}]}) == "undetermined"
}

_policy_rule := {
	"action": "allow",
	"direction": "EGRESS",
	"enableLogging": true,
	"match": {"destIpRanges": ["10.20.255.2/32"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["443"]}]},
}

_policy(overrides) := _judged_as(
	"gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
	object.union(_policy_rule, overrides),
)

test_judges_rules_of_firewall_policies if {
	_policy({}) == "pass"
	_policy({"match": {"destIpRanges": ["0.0.0.0/0"]}}) == "fail"
	_policy({"enableLogging": false}) == "fail"
	_policy({"enableLogging": fixture.unknown}) == "undetermined"
	_policy({"action": "deny", "match": {"destIpRanges": ["0.0.0.0/0"]}}) == "pass"
	_policy({"direction": "INGRESS", "match": {"srcIpRanges": ["0.0.0.0/0"]}}) == "fail"
}
