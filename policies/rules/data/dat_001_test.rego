package lockgate.rules.data.dat_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_001

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(dat_001.findings) with input as fixture.plan([fixture.resource(type, "r", inputs)])
}

_sql := "gcp:sql/databaseInstance:DatabaseInstance"

_dlp := "gcp:dataloss/preventionInspectTemplate:PreventionInspectTemplate"

_secret := "gcp:secretmanager/secret:Secret"

_spanner := "gcp:spanner/instance:Instance"

_topic := "gcp:pubsub/topic:Topic"

_regional(changes) := _judged(_sql, object.union({"region": "europe-west4"}, changes))

_backed_up(location) := _regional({"settings": {"backupConfiguration": {"enabled": true, "location": location}}})

test_passes_in_the_region if _judged("gcp:cloudrunv2/service:Service", {"location": "europe-west4"}) == {["r", "pass"]}

test_passes_in_a_zone_of_the_region if {
	_judged("gcp:compute/instance:Instance", {"zone": "zones/europe-west4-a"}) == {["r", "pass"]}
}

test_passes_in_capitals if _judged("gcp:storage/bucket:Bucket", {"location": "EUROPE-WEST4"}) == {["r", "pass"]}

test_passes_without_a_location if _judged("gcp:projects/iAMMember:IAMMember", {"role": "r"}) == {["r", "pass"]}

test_passes_globally_where_google_has_nothing_else if {
	_judged("gcp:modelarmor/floorsetting:Floorsetting", {"location": "global"}) == {["r", "pass"]}
}

test_leaves_other_providers_alone if _judged("random:index/randomId:RandomId", {"location": "US"}) == set()

test_fails_in_another_region if _judged("gcp:cloudrunv2/service:Service", {"location": "us-east1"}) == {["r", "fail"]}

test_fails_in_a_multi_region if _judged("gcp:storage/bucket:Bucket", {"location": "EU"}) == {["r", "fail"]}

test_fails_globally if _judged("gcp:logging/projectBucketConfig:ProjectBucketConfig", {"location": "global"}) == {["r", "fail"]}

test_fails_when_a_dataset_does_not_say if _judged("gcp:bigquery/dataset:Dataset", {}) == {["r", "fail"]}

test_fails_when_it_is_no_text if _judged("gcp:bigquery/dataset:Dataset", {"location": 4}) == {["r", "fail"]}

test_passes_with_messages_kept_in_the_region if {
	_judged(_topic, {"messageStoragePolicy": {"allowedPersistenceRegions": ["europe-west4"]}}) == {["r", "pass"]}
}

test_fails_with_messages_kept_in_one_more if {
	policy := {"allowedPersistenceRegions": ["europe-west4", "us-east1"]}
	_judged(_topic, {"messageStoragePolicy": policy}) == {["r", "fail"]}
}

test_fails_with_messages_kept_anywhere if _judged(_topic, {"messageStoragePolicy": {"allowedPersistenceRegions": []}}) == {["r", "fail"]}

test_passes_with_a_replica_in_the_region if {
	_judged(_secret, {"replication": {"userManaged": {"replicas": [{"location": "europe-west4"}]}}}) == {["r", "pass"]}
}

test_fails_with_a_replica_elsewhere if {
	_judged(_secret, {"replication": {"userManaged": {"replicas": [{"location": "us-east1"}]}}}) == {["r", "fail"]}
}

test_undetermined_with_a_replica_somewhere if {
	_judged(_secret, {"replication": {"userManaged": {"replicas": [{"location": fixture.unknown}]}}}) == {["r", "undetermined"]}
}

test_fails_with_a_secret_anywhere if _judged(_secret, {"replication": {"auto": {}}}) == {["r", "fail"]}

test_passes_with_a_parent_in_the_region if _judged(_dlp, {"parent": "projects/p/locations/europe-west4"}) == {["r", "pass"]}

test_fails_with_a_parent_without_location if _judged(_dlp, {"parent": "projects/p"}) == {["r", "fail"]}

test_passes_with_a_regional_configuration if _judged(_spanner, {"config": "regional-europe-west4"}) == {["r", "pass"]}

test_fails_with_a_wider_configuration if _judged(_spanner, {"config": "eur3"}) == {["r", "fail"]}

test_passes_with_backups_in_the_region if _backed_up("europe-west4") == {["r", "pass"]}

test_passes_without_backups if _regional({}) == {["r", "pass"]}

test_fails_with_backups_anywhere if _backed_up(null) == {["r", "fail"]}

test_undetermined_when_unknown if {
	_judged("gcp:cloudrunv2/service:Service", {"location": fixture.unknown}) == {["r", "undetermined"]}
}

test_undetermined_when_neither_it_nor_a_provider_says if _judged(_sql, {}) == {["r", "undetermined"]}

test_takes_the_providers_region if {
	provider := fixture.resource("pulumi:providers:gcp", "google", {"region": "europe-west4"})
	database := object.union(fixture.resource(_sql, "r", {}), {"provider": provider.urn})
	found := fixture.statuses(dat_001.findings) with input as fixture.plan([provider, database])
	found == {["r", "pass"]}
}

test_fails_in_a_region_of_a_kind_that_is_not_listed if {
	_judged("gcp:compute/regionDisk:RegionDisk", {"region": "us-east1"}) == {["r", "fail"]}
}

test_fails_in_a_zone_of_a_kind_that_is_not_listed if {
	_judged("gcp:compute/instanceGroup:InstanceGroup", {"zone": "us-east1-b"}) == {["r", "fail"]}
}
