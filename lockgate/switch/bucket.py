"""The switch in its bucket, through google-cloud-storage with application default credentials.

STORAGE_EMULATOR_HOST leads to an emulator instead, without credentials.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from lockgate.errors import InputError, LockgateError
from lockgate.switch.state import OBJECT

if TYPE_CHECKING:
    from lockgate.charter.model import Charter

SCOPES = ("https://www.googleapis.com/auth/devstorage.read_write",)
TIMEOUT_SECONDS = 15


class SwitchError(LockgateError):
    """The switch could not be read or written (status 3)."""

    exit_status = 3


def name(charter: Charter) -> str:
    """The bucket's name, as the routing component makes it."""
    return f"{charter.use_case.name}-{charter.cloud.project_number}-switch"


class Bucket:
    """The bucket of one stack's switch."""

    def __init__(self, bucket: str, project: str, environment: Mapping[str, str]) -> None:
        """Raises SwitchError without credentials, InputError without google-cloud-storage."""
        self.name = bucket
        storage = _loaded("google.cloud.storage")
        self._credentials = _credentials(emulated=bool(environment.get("STORAGE_EMULATOR_HOST")))
        self._bucket = storage.Client(project=project, credentials=self._credentials).bucket(bucket)

    @property
    def address(self) -> str:
        """For people."""
        return f"gs://{self.name}/{OBJECT}"

    @property
    def who(self) -> str | None:
        """The e-mail address of the credentials; None where they do not say it, as those of people often do not."""
        for key in ("service_account_email", "signer_email", "account"):
            found = getattr(self._credentials, key, None)
            if isinstance(found, str) and "@" in found:
                return found
        return None

    def read(self) -> tuple[bytes | None, int]:
        """The object and its generation; None and 0 where there is none. Raises SwitchError or InputError."""
        try:
            # A list tells a bucket that is not there from an object that is not there; a get does not.
            listed = self._bucket.list_blobs(prefix=OBJECT, timeout=TIMEOUT_SECONDS, retry=None)
            found = next((blob for blob in listed if blob.name == OBJECT), None)
            if found is None:
                return None, 0
            exact = self._bucket.blob(OBJECT, generation=found.generation)
            return exact.download_as_bytes(timeout=TIMEOUT_SECONDS, retry=None), int(found.generation)
        except Exception as error:  # noqa: BLE001 - the client's libraries have several families; none is swallowed
            self._failed(error, "read")

    def write(self, raw: bytes, generation: int, note: Mapping[str, str]) -> int:
        """Replace that generation, with a note in the object's metadata; the new generation.

        Raises InputError when somebody else has changed the switch meanwhile, else SwitchError.
        """
        blob = self._bucket.blob(OBJECT)
        blob.metadata = dict(note)
        blob.cache_control = "no-store"
        try:
            # No retry: had the first try arrived, the second would find it there and call it somebody else's.
            blob.upload_from_string(
                raw,
                content_type="application/json",
                if_generation_match=generation,
                timeout=TIMEOUT_SECONDS,
                retry=None,
            )
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error, "written")
        return int(blob.generation)

    def _failed(self, error: Exception, what: str) -> NoReturn:
        from lockgate.audit.clients import failure

        why = failure(error)
        if why.status == 412:
            raise InputError(
                f"{self.address}: somebody else changed it meanwhile, so nothing was written. Look with show, and "
                "say again what you want."
            ) from None
        if why.status == 404:
            raise InputError(
                f"{self.address}: there is no such bucket. Deploy the stack with 'lockgate up'; it has one."
            ) from None
        remedy = "Say it again." if what == "read" else "Look with show whether it was written."
        if why.status in {401, 403}:
            remedy = "The charter's routing.operators says who may; their grants come with 'lockgate up'."
        raise SwitchError(f"{self.address}: could not be {what}: {why.message}. {remedy}") from None


def _credentials(*, emulated: bool) -> Any:
    if emulated:
        return _loaded("google.auth.credentials").AnonymousCredentials()
    try:
        return _loaded("google.auth").default(scopes=SCOPES)[0]
    except _loaded("google.auth.exceptions").GoogleAuthError:
        raise SwitchError(
            "no application default credentials were found. Run 'gcloud auth application-default login', or set "
            "GOOGLE_APPLICATION_CREDENTIALS; for an emulator, set STORAGE_EMULATOR_HOST."
        ) from None


def _loaded(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise InputError(
            f"{module} is not installed: the switch needs it. Run: pip install 'lockgate[audit]'"
        ) from None
