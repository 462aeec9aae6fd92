"""An S3-compatible object store, by the address that Pulumi takes for its state: ``s3://bucket/path?endpoint=…``.

Credentials come from where every S3 client takes them (the ``AWS_…`` variables, a profile); none is ever part of an
address.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lockgate.errors import InputError

_KEYS = {"endpoint", "region", "s3ForcePathStyle", "awssdk"}
"""What an address may say; `awssdk` is for Pulumi alone, so that one address serves both."""

_CONNECT_SECONDS, _READ_SECONDS, _TRIES = 5, 60, 3


@dataclass(frozen=True)
class Address:
    """A place in a bucket."""

    bucket: str
    path: str
    """The object's key, or what the keys below it begin with; without slashes around it."""
    endpoint: str | None
    """The store's ``http(s)://host[:port]``; None: the one of the region."""
    region: str
    path_style: bool

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.path}"

    def below(self, name: str) -> Address:
        """The place of that name under this one."""
        path = f"{self.path}/{name}" if self.path else name
        return Address(self.bucket, path, self.endpoint, self.region, self.path_style)


def parse(text: str) -> Address:
    """The address ``s3://BUCKET/PATH?endpoint=URL&region=REGION&s3ForcePathStyle=true``; all after ``?`` may be
    missing. Raises InputError when it is none.
    """
    try:
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise InputError(f"{text}: not an address. Expected s3://BUCKET/PATH?endpoint=URL&region=REGION.") from None
    if parts.scheme != "s3" or not parts.hostname:
        raise InputError(f"{text}: expected s3://BUCKET/PATH?endpoint=URL&region=REGION.")
    if parts.username or parts.password:
        raise InputError("an address holds no credentials: they come from AWS_ACCESS_KEY_ID and its like.")
    if unknown := set(options) - _KEYS:
        raise InputError(f"{text}: {', '.join(sorted(unknown))}: expected {', '.join(sorted(_KEYS))}.")
    endpoint = options.get("endpoint")
    if endpoint is not None and "://" not in endpoint:
        endpoint = f"https://{endpoint}"
    if endpoint is not None and urlsplit(endpoint).scheme not in {"http", "https"}:
        raise InputError(f"{text}: endpoint: expected http(s)://host[:port].")
    styled = options.get("s3ForcePathStyle", "false").lower() == "true"
    return Address(parts.netloc, parts.path.strip("/"), endpoint, options.get("region", "us-east-1"), styled)


def put(
    address: Address, body: bytes, *, content_type: str, locked_until: datetime.datetime | None = None
) -> str | None:
    """Put an object there; returns its version where the bucket keeps versions.

    ``locked_until`` (aware) locks that version in COMPLIANCE mode, in a bucket that was made with object lock. The
    store itself checks the bytes by their SHA-256. Raises InputError with the store's own words when it refuses.
    """
    lock: dict[str, Any] = {}
    if locked_until is not None:
        lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": locked_until}
    answer = _asked(
        address,
        "put_object",
        Key=address.path,
        Body=body,
        ContentType=content_type,
        ChecksumAlgorithm="SHA256",
        **lock,
    )
    version = answer.get("VersionId")
    return str(version) if version else None


def locked_until(address: Address, version: str | None) -> datetime.datetime | None:
    """Until when the store says that it keeps an object in COMPLIANCE mode; None when it does not say so."""
    named = {"VersionId": version} if version else {}
    answer = _asked(address, "head_object", Key=address.path, **named)
    until = answer.get("ObjectLockRetainUntilDate")
    if answer.get("ObjectLockMode") != "COMPLIANCE" or not isinstance(until, datetime.datetime):
        return None
    return until


def _asked(address: Address, operation: str, **arguments: Any) -> dict[str, Any]:
    try:
        import boto3
        import botocore.exceptions
        from botocore.config import Config
    except ImportError:
        raise InputError(f"{address}: needs boto3: pip install 'lockgate[store]'.") from None
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _TRIES},
        s3={"addressing_style": "path" if address.path_style else "auto"},
        # Stores other than Amazon's need not know its newer checksums: they are sent where they are asked for.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        client = boto3.session.Session().client(
            "s3", region_name=address.region, endpoint_url=address.endpoint, config=config
        )
        return dict(getattr(client, operation)(Bucket=address.bucket, **arguments))
    except botocore.exceptions.NoCredentialsError:
        raise InputError(f"{address}: no credentials. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.") from None
    except botocore.exceptions.ClientError as error:
        said = error.response.get("Error", {})
        reason = f"{said.get('Code', 'an error')}: {said.get('Message', '')}".strip(": ")
        raise InputError(f"{address}: the store refuses: {reason}.") from None
    except (botocore.exceptions.BotoCoreError, ValueError) as error:
        raise InputError(f"{address}: the store cannot be asked: {error}.") from None
