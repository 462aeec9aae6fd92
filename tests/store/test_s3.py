"""Addresses, and a store that checks who asks."""

from __future__ import annotations

import dataclasses

import pytest

from lockgate.errors import InputError
from lockgate.store import s3
from tests.store.conftest import Store


def test_an_address_is_what_pulumi_takes() -> None:
    text = "s3://evidence/claims/2026?endpoint=http://127.0.0.1:9000&region=eu-west-1&s3ForcePathStyle=true"
    found = s3.parse(text)
    assert found == s3.Address("evidence", "claims/2026", "http://127.0.0.1:9000", "eu-west-1", True)
    assert str(found.below("record.json")) == "s3://evidence/claims/2026/record.json"
    assert s3.parse("s3://b?endpoint=minio.example.com:9000").endpoint == "https://minio.example.com:9000"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gs://b/o", "expected s3://"),
        ("s3:///o", "expected s3://"),
        ("s3://user:word@b/o", "holds no credentials"),
        ("s3://b/o?profile=x", "profile"),
        ("s3://b/o?endpoint=ftp://x", "endpoint"),
        ("s3://b/o?nonsense", "not an address"),
    ],
)
def test_what_is_no_address_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        s3.parse(text)


def test_an_object_is_put(store: Store) -> None:
    s3.put(s3.parse(store.address("a/b.json")), b"{}", content_type="application/json")
    assert store.client().get_object(Bucket="lockgate", Key="a/b.json")["Body"].read() == b"{}"


def test_a_wrong_secret_is_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(InputError, match="SignatureDoesNotMatch"):
        s3.put(s3.parse(store.address("a")), b"", content_type="text/plain")


def test_a_missing_bucket_is_said(store: Store) -> None:
    nowhere = dataclasses.replace(store, bucket="nowhere")
    with pytest.raises(InputError, match="NoSuchBucket"):
        s3.put(s3.parse(nowhere.address("a")), b"", content_type="text/plain")


def test_a_store_that_is_not_there_is_said(store: Store) -> None:
    nowhere = dataclasses.replace(store, endpoint="http://127.0.0.1:9")
    with pytest.raises(InputError, match="cannot be asked"):
        s3.put(s3.parse(nowhere.address("a")), b"", content_type="text/plain")
