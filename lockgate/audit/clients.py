"""Google's own client libraries: one client for each service that is asked, REST everywhere, loaded when first needed.

On the real cloud they use application default credentials; with the address of an emulator, none.
"""

from __future__ import annotations

import importlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lockgate.errors import InputError, NoDecision

if TYPE_CHECKING:
    from lockgate.audit.calls import Call

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform.read-only",
    "https://www.googleapis.com/auth/cloud-platform",
)
"""Service accounts take scopes; the second is for APIs that know no read-only one. User credentials ignore both."""


@dataclass(frozen=True)
class Failed:
    """Why a call failed, whatever library made it."""

    message: str
    status: int | None = None
    """Of HTTP; None when there was no answer."""
    retry_after: str | None = None
    lost: bool = False
    """The connection broke off or was not made, so that the call may be made again."""


@dataclass
class Access:
    """How Google Cloud is reached."""

    project: str
    emulator: str | None = None
    """The address of an emulator, without a slash at its end; None for the real cloud."""
    billed_to: str | None = None
    """The quota project of calls, for credentials of people (X-Goog-User-Project)."""
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _credentials: Any = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def send(self, call: Call, left: float) -> Any:
        """The answer to a call, all its pages within ``left`` seconds. Raises whatever the client's library raises."""
        end = time.monotonic() + left
        seconds = min(CALL_SECONDS, left)
        form = call.by.partition(" ")[0]
        arguments = _nested(call.arguments)
        if form == "discovery":
            return self._discovered(call, arguments, seconds, end)
        if form in _OWN:
            return _OWN[form](self._own(form), call.method, arguments, seconds)
        client = self._client((call.by, call.host), lambda: self._generated(call))
        answer = getattr(client, call.method)(request=arguments, retry=None, timeout=seconds)
        if hasattr(answer, "pages"):
            return [_json(item) for item in _until(end, answer)]
        return _json(answer)

    def credentials(self) -> Any:
        """Application default credentials, or anonymous ones for an emulator. Raises NoDecision without any."""
        with self._lock:
            if self._credentials is None:
                self._credentials = self._found()
            return self._credentials

    def _found(self) -> Any:
        try:
            import google.auth
            from google.auth.credentials import AnonymousCredentials
            from google.auth.exceptions import GoogleAuthError
        except ImportError:
            raise missing("google-auth") from None
        if self.emulator is not None:
            return AnonymousCredentials()  # type: ignore[no-untyped-call]
        try:
            found, _ = google.auth.default(scopes=SCOPES, quota_project_id=self.billed_to)
        except GoogleAuthError:
            raise NoDecision(
                "no application default credentials were found. Run 'gcloud auth application-default login', or set "
                "GOOGLE_APPLICATION_CREDENTIALS; for an emulator, give --emulator URL."
            ) from None
        return found

    def _client(self, key: tuple[str, str], make: Callable[[], Any]) -> Any:
        with self._lock:
            if key not in self._clients:
                self._clients[key] = make()
            return self._clients[key]

    def _address(self, service: str) -> str | None:
        return None if self.emulator is None else f"{self.emulator}/{service}"

    def _generated(self, call: Call) -> Any:
        module, _, name = call.by.rpartition(".")
        kind = getattr(_loaded(module), name)
        address = self._address(call.service) or call.host
        options = {"api_endpoint": address} if address else {}
        return kind(credentials=self.credentials(), transport="rest", client_options=options)

    def _own(self, form: str) -> Any:
        def make() -> Any:
            options = {"api_endpoint": self._address(form)} if self.emulator else None
            more: dict[str, Any] = {"_use_grpc": False} if form == "logging" else {}
            kind = _loaded(f"google.cloud.{form}").Client
            return kind(project=self.project, credentials=self.credentials(), client_options=options, **more)

        return self._client((form, ""), make)

    def _discovered(self, call: Call, arguments: dict[str, Any], seconds: float, end: float) -> Any:
        """google-api-python-client. Its documents are those that it ships: nothing is downloaded."""
        _, service, version = call.by.split()
        discovery = _loaded("googleapiclient.discovery")

        def make() -> Any:
            options = {"api_endpoint": f"{self._address(service)}/{_PATHS.get(service, '')}"} if self.emulator else None
            return discovery.build(
                service,
                version,
                credentials=self.credentials(),
                static_discovery=True,
                cache_discovery=False,
                client_options=options,
            )

        client = self._client((call.by, ""), make)
        *parts, method = call.method.split(".")
        place = client
        for part in parts:
            place = getattr(place, part)()
        # httplib2's connections are not for several threads: each call has its own.
        http = _loaded("httplib2").Http(timeout=seconds)
        if self.emulator is None:
            http = _loaded("google_auth_httplib2").AuthorizedHttp(self.credentials(), http=http)
        request = getattr(place, method)(**arguments)
        answer = request.execute(http=http, num_retries=0)
        following = getattr(place, f"{method}_next", None)
        if following is None:
            return _items(answer) if method == "list" else answer
        items: list[Any] = []
        while True:
            items += _items(answer)
            request = following(request, answer)
            if request is None:
                return items
            _in_time(end)
            answer = request.execute(http=http, num_retries=0)


CALL_SECONDS = 30.0
"""For one page."""


def _in_time(end: float) -> None:
    if time.monotonic() > end:
        raise TimeoutError


def _until(end: float, items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        _in_time(end)
        yield item


_PATHS = {"compute": "compute/v1/"}
"""Where an API's paths begin below its host, when its document keeps that apart from them."""


def _loaded(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError:
        raise missing(module) from None


def missing(module: str) -> InputError:
    """What to say when one of Google's libraries is not installed."""
    return InputError(f"{module} is not installed: the live audit needs it. Run: pip install 'lockgate[audit]'")


def _nested(arguments: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, text in arguments:
        *way, last = key.split(".")
        place = nested
        for part in way:
            place = place.setdefault(part, {})
        place[last] = int(text) if "Version" in last or "version" in last or last == "pageSize" else text
    return nested


def _json(message: Any) -> Any:
    """A message of a generated client, as REST writes it."""
    plain = getattr(type(message), "pb", lambda one: one)(message)
    return _loaded("google.protobuf.json_format").MessageToDict(plain)


def _items(page: Mapping[str, Any]) -> list[Any]:
    """The elements of a page: the only list of objects in it. An empty page has none."""
    return next((value for key, value in page.items() if isinstance(value, list) and key != "unreachable"), [])


def _storage(client: Any, method: str, arguments: dict[str, str], seconds: float) -> Any:
    if method == "object":
        found = client.bucket(arguments["bucket"]).get_blob(arguments["name"], timeout=seconds, retry=None)
        if found is None:
            raise _loaded("google.api_core.exceptions").NotFound("no such object")
        return dict(found._properties)
    if method == "bucket":
        return dict(client.get_bucket(arguments["name"], timeout=seconds, retry=None)._properties)
    bucket = client.bucket(arguments["name"])
    return bucket.get_iam_policy(requested_policy_version=3, timeout=seconds, retry=None).to_api_repr()


def _bigquery(client: Any, _: str, arguments: dict[str, str], seconds: float) -> Any:
    return client.get_dataset(arguments["name"], retry=None, timeout=seconds).to_api_repr()


def _logging(client: Any, method: str, arguments: dict[str, str], _: float) -> Any:
    if method == "sink":
        return client.sinks_api.sink_get(arguments["name"])
    if method == "sinks":
        return [client.sinks_api.sink_get(f"{one.parent}/sinks/{one.name}") for one in client.list_sinks()]
    return client.metrics_api.metric_get(arguments["project"], arguments["name"])


_OWN: dict[str, Callable[[Any, str, dict[str, str], float], Any]] = {
    "storage": _storage,
    "bigquery": _bigquery,
    "logging": _logging,
}


def failure(error: Exception) -> Failed:
    """Why a call failed, from the exception of whichever library made it. Raises what is no failure of a call."""
    kind = type(error)
    family = {base.__module__.partition(".")[0] + "." + base.__name__ for base in kind.__mro__}
    if "google.GoogleAPICallError" in family:
        return _answered(error)
    if "googleapiclient.HttpError" in family:
        return _refused(error)
    if "google.GoogleAuthError" in family:
        # What an authorization server says may hold what was sent to it.
        lost = "google.TransportError" in family
        why = "cannot be reached" if lost else "does not accept them; run 'gcloud auth application-default login'"
        return Failed(f"Google's credentials: the authorization server {why}", lost=lost)
    if isinstance(error, OSError) or family & {"requests.RequestException", "httplib2.HttpLib2Error"}:
        return Failed(f"the API cannot be reached ({kind.__name__})", lost=True)
    if isinstance(error, json.JSONDecodeError) or "google.ParseError" in family:
        return Failed(f"the answer is not what the client expects ({kind.__name__})")
    if isinstance(error, ValueError | TypeError | KeyError | AttributeError):
        # A name that a client's own pattern refuses, or an answer of another shape.
        said = (str(error).splitlines() or [""])[0]
        return Failed(f"the client can not ask for it, or not read the answer ({kind.__name__}: {said})")
    raise error


def _answered(error: Any) -> Failed:
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", None) or {}
    code = int(error.code) if isinstance(error.code, int) else None
    said = f"{code}: {error.message}" if code else f"no answer: {error.message}"
    return Failed(said, int(code) if code else None, headers.get("Retry-After"))


def _refused(error: Any) -> Failed:
    status = int(error.resp.status)
    return Failed(f"{status}: {error.reason}", status, error.resp.get("retry-after"))
