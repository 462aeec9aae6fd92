"""BigQuery through google-cloud-bigquery and plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from tests.emulator.conftest import NUMBER, PROJECT, Emulator

DATASETS = f"/bigquery/v2/projects/{PROJECT}/datasets"


@pytest.fixture
def client(emulator: Emulator) -> Any:
    return bigquery.Client(PROJECT, AnonymousCredentials(), client_options={"api_endpoint": emulator.base})


def test_a_dataset_a_table_and_its_rows(client: Any) -> None:
    dataset = bigquery.Dataset(f"{PROJECT}.logs")
    dataset.location = "europe-west4"
    dataset.default_table_expiration_ms = 3_600_000
    made = client.create_dataset(dataset)
    assert made.location == "europe-west4"
    assert {e.entity_id for e in made.access_entries} >= {"projectOwners", "projectReaders"}
    with pytest.raises(exceptions.Conflict):
        client.create_dataset(dataset)
    columns = [
        bigquery.SchemaField("id", "INTEGER", mode="REQUIRED"),
        bigquery.SchemaField("tags", "STRING", mode="REPEATED"),
    ]
    table = client.create_table(bigquery.Table(f"{PROJECT}.logs.calls", schema=columns))
    assert table.expires is not None
    assert client.insert_rows_json(table, [{"id": 1, "tags": ["a", "b"]}, {"id": 2}]) == []
    assert [dict(r) for r in client.list_rows(table)] == [{"id": 1, "tags": ["a", "b"]}, {"id": 2, "tags": []}]
    errors = client.insert_rows_json(table, [{"id": 3}, {"other": 1}])
    assert {e["index"] for e in errors} == {0, 1}
    assert client.get_table(table).num_rows == 2
    with pytest.raises(exceptions.BadRequest):
        client.delete_dataset("logs")
    client.delete_dataset("logs", delete_contents=True)
    assert list(client.list_datasets()) == []


def test_columns_are_added_but_not_removed(client: Any) -> None:
    client.create_dataset("d")
    one, two = bigquery.SchemaField("a", "STRING"), bigquery.SchemaField("b", "STRING")
    table = client.create_table(bigquery.Table(f"{PROJECT}.d.t", schema=[one]))
    table.schema = [one, two]
    assert len(client.update_table(table, ["schema"]).schema) == 2
    table = client.get_table(table)
    table.schema = [two]
    with pytest.raises(exceptions.BadRequest):
        client.update_table(table, ["schema"])


def test_a_stale_etag_is_refused(client: Any) -> None:
    client.create_dataset("d")
    first, second = client.get_dataset("d"), client.get_dataset("d")
    first.description = "one"
    client.update_dataset(first, ["description"])
    second.description = "two"
    with pytest.raises(exceptions.PreconditionFailed):
        client.update_dataset(second, ["description"])


def test_statements_loads_and_queries(client: Any) -> None:
    client.create_dataset("d")
    client.query_and_wait("CREATE TABLE d.t (id INT64 NOT NULL, name STRING, parts ARRAY<STRING>)")
    assert [f.field_type for f in client.get_table(f"{PROJECT}.d.t").schema] == ["INTEGER", "STRING", "STRING"]
    job = client.load_table_from_json([{"id": 1, "name": "x"}], f"{PROJECT}.d.t")
    assert job.result().output_rows == 1
    assert [r.name for r in client.query_and_wait("SELECT * FROM `d.t`")] == ["x"]
    assert next(iter(client.query("SELECT COUNT(*) AS n FROM d.t").result())).n == 1
    client.query_and_wait("CREATE OR REPLACE VIEW d.v AS SELECT * FROM d.t")
    assert client.get_table(f"{PROJECT}.d.v").view_query == "SELECT * FROM d.t"
    client.query_and_wait("DROP TABLE d.t")
    with pytest.raises(exceptions.NotFound):
        client.get_table(f"{PROJECT}.d.t")


def test_what_sql_there_is_not_is_said(emulator: Emulator) -> None:
    query = f"/bigquery/v2/projects/{PROJECT}/queries"
    emulator.refused(501, "POST", query, {"query": "SELECT a, SUM(b) FROM d.t GROUP BY a"})
    assert emulator.ok("POST", query, {"query": "SELECT 1"})["rows"] == [{"f": [{"v": "1"}]}]


def test_access_entries_name_one_holder_each(emulator: Emulator) -> None:
    wanted: dict[str, Any] = {"datasetReference": {"datasetId": "d"}, "access": [{"role": "READER"}]}
    emulator.refused(400, "POST", DATASETS, wanted)
    wanted["access"] = [
        {"role": "WRITER", "userByEmail": "a@example.com"},
        {"role": "OWNER", "specialGroup": "projectOwners"},
    ]
    assert [e["role"] for e in emulator.ok("POST", DATASETS, wanted)["access"]] == ["WRITER", "OWNER"]
    error = emulator.refused(404, "GET", f"{DATASETS}/none")
    assert (error["status"], error["errors"][0]["reason"]) == ("NOT_FOUND", "notFound")


def test_routines_and_the_service_account(client: Any, emulator: Emulator) -> None:
    client.create_dataset("d")
    routine = bigquery.Routine(f"{PROJECT}.d.twice", type_="SCALAR_FUNCTION", language="SQL", body="x * 2")
    assert client.create_routine(routine).language == "SQL"
    assert [r.routine_id for r in client.list_routines("d")] == ["twice"]
    client.delete_routine(f"{PROJECT}.d.twice")
    assert client.get_service_account_email() == f"bq-{NUMBER}@bigquery-encryption.iam.gserviceaccount.com"
    emulator.refused(400, "POST", DATASETS, {"datasetReference": {"datasetId": "no-dashes"}})


def test_a_table_is_extracted_into_a_file(client: Any, emulator: Emulator) -> None:
    emulator.ok("POST", f"/storage/v1/b?project={PROJECT}", {"name": "demo-extracts"})
    client.create_dataset(f"{PROJECT}.logs")
    columns = [bigquery.SchemaField("id", "INTEGER"), bigquery.SchemaField("who", "STRING")]
    table = client.create_table(bigquery.Table(f"{PROJECT}.logs.calls", schema=columns))
    assert client.insert_rows_json(table, [{"id": 1, "who": "a,b"}, {"id": 2}]) == []
    client.extract_table(table, "gs://demo-extracts/calls-*.csv").result(timeout=20)
    _, _, data = emulator.raw("GET", "/storage/v1/b/demo-extracts/o/calls-000000000000.csv?alt=media")
    assert data == b'id,who\n1,"a,b"\n2,\n'
    how = bigquery.ExtractJobConfig(destination_format="NEWLINE_DELIMITED_JSON")
    job = client.extract_table(table, "gs://demo-extracts/calls.json", job_config=how)
    assert job.result(timeout=20).destination_uri_file_counts == [1]
    _, _, data = emulator.raw("GET", "/storage/v1/b/demo-extracts/o/calls.json?alt=media")
    assert b'"who":"a,b"' in data
    with pytest.raises(exceptions.NotFound):
        client.extract_table(table, "gs://none/calls.csv").result(timeout=20)
