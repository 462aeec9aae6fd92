"""An S3-compatible store on loopback: moto's server. It stands for MinIO and its like, and for nothing of Google's.

moto lets everything pass until it is told to check: ``guarded`` makes a user whose signature and policy it checks.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

REGION = "us-east-1"


@dataclass(frozen=True)
class Store:
    """The store, a bucket of one's own in it, and credentials that it knows."""

    endpoint: str
    bucket: str
    key: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def address(self, path: str = "") -> str:
        return f"s3://{self.bucket}/{path}?endpoint={self.endpoint}&region={REGION}&s3ForcePathStyle=true"

    def client(self, service: str = "s3") -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        )


def _post(endpoint: str, path: str, body: bytes = b"") -> None:
    request = urllib.request.Request(f"{endpoint}/moto-api/{path}", body, {"Content-Type": "text/plain"}, method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.status == 200


@pytest.fixture(scope="session")
def _moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def store(_moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """An empty store in which one user may do everything with one bucket, and nobody else anything."""
    _post(_moto, "reset-auth", b"1000000")
    _post(_moto, "reset")
    open_to_all = Store(_moto, "lockgate", "anybody", "anything")
    iam = open_to_all.client("iam")
    iam.create_user(UserName="publisher")
    made = iam.create_access_key(UserName="publisher")["AccessKey"]
    allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_user_policy(UserName="publisher", PolicyName="all", PolicyDocument=policy)
    open_to_all.client().create_bucket(Bucket="lockgate")
    open_to_all.client().create_bucket(Bucket="evidence", ObjectLockEnabledForBucket=True)
    _post(_moto, "reset-auth", b"0")
    guarded = Store(_moto, "lockgate", made["AccessKeyId"], made["SecretAccessKey"])
    for name, value in guarded.environment.items():
        monkeypatch.setenv(name, value)
    yield guarded
    _post(_moto, "reset-auth", b"1000000")
