"""Record the resources that a Pulumi program registers, with no engine and no cloud.

The SDK's own mock monitor takes the registrations; nothing is created. This module and ``wire`` need the standard
library and ``pulumi`` alone: they also run inside the virtual environment of a program that never heard of Lockgate.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import linecache
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pulumi.runtime import config as pulumi_config
from pulumi.runtime import mocks, settings
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func

from lockgate.plan.wire import FORMAT, STACK_TYPE, inputs

Answers = Mapping[str, Mapping[str, Any]]
"""What an invoke returns, by the invoke's token."""


class UnansweredInvoke(Exception):
    """The program asked the cloud a question, and nobody gave the answer; the argument is the token."""


class DuplicateUrn(Exception):
    """The program registered two resources with one URN; the argument is the URN."""


class Recorder(mocks.MockMonitor):
    """A monitor that keeps what is registered. Outputs repeat the inputs; all others are unknown."""

    def __init__(self, project: str, stack: str, root: Path, answers: Answers) -> None:
        """Paths in the plan become relative to ``root``, the folder of Pulumi.yaml."""
        super().__init__(_NoMocks())
        self._urn_prefix = f"urn:pulumi:{stack}::{project}::"
        self._root = root
        self._answers = answers
        self._lock = threading.Lock()
        self._recorded: dict[str, dict[str, Any]] = {}
        self.problem: Exception | None = None

    def recorded(self) -> list[dict[str, Any]]:
        """The resources in the contract's form, ordered by URN, so that two recordings are alike."""
        return [self._recorded[urn] for urn in sorted(self._recorded)]

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the monitor's own spelling)
        """Keep what is registered; repeat its inputs as its outputs."""
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=f"{self._urn_prefix}{STACK_TYPE}::{request.name}")
        urn = self._urn(request)
        resource = _resource(urn, request, self._root)
        with self._lock:
            if urn in self._recorded:
                self._fail(DuplicateUrn(urn))
            self._recorded[urn] = resource
        return resource_pb2.RegisterResourceResponse(urn=urn, id="", object=request.object)

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        """Answer for a resource that exists already: nothing but what the program says of it is known."""
        return resource_pb2.ReadResourceResponse(urn=self._urn(request), properties=request.properties)

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        """Give the answer that was given for this invoke, or stop the recording."""
        if request.tok not in self._answers:
            self._fail(UnansweredInvoke(request.tok))
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").update(self._answers[request.tok])
        return response

    def _fail(self, problem: Exception) -> None:
        self.problem = self.problem or problem
        raise problem

    def _urn(self, request: Any) -> str:
        parent_types = request.parent.split("::")[2] if request.parent else STACK_TYPE
        chain = "" if parent_types == STACK_TYPE else f"{parent_types}$"
        return f"{self._urn_prefix}{chain}{request.type}::{request.name}"


class _NoMocks(mocks.Mocks):
    """The recorder answers by itself; the base class only wants to be given something."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise UnansweredInvoke(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise DuplicateUrn(args.typ)


def record(
    build: Callable[[], Any],
    *,
    project: str,
    stack: str,
    root: Path,
    answers: Answers | None = None,
    organization: str = "organization",
) -> dict[str, Any]:
    """Run ``build`` and return the plan of what it registers, in the contract's form.

    It runs in a thread with a context and an event loop of its own: the SDK keeps its settings in context variables,
    so a recording inside ``pulumi up`` leaves the engine's monitor untouched. What ``build`` raises is raised here;
    so are UnansweredInvoke and DuplicateUrn.
    """
    root = root.resolve()
    recorder = Recorder(project, stack, root, answers or {})
    inherited = dict(pulumi_config.CONFIG.get()) or pulumi_config.get_config_env()
    secret_keys = list(pulumi_config._SECRET_KEYS.get()) or pulumi_config.get_config_secret_keys_env()
    raised: list[BaseException] = []

    def run() -> None:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            pulumi_config.set_all_config(inherited, secret_keys)
            _enter(recorder, project, stack, organization, root)
            loop.run_until_complete(run_pulumi_func(build))
        except BaseException as error:  # noqa: BLE001 (raised again in the caller's thread)
            raised.append(error)
        finally:
            loop.run_until_complete(loop.shutdown_default_executor())
            asyncio.set_event_loop(None)
            loop.close()

    thread = threading.Thread(target=contextvars.Context().run, args=(run,), name="lockgate-recorder")
    with _sources_unread():
        thread.start()
        thread.join()
    if recorder.problem is not None:
        raise recorder.problem
    if raised:
        raise raised[0]
    return {"format": FORMAT, "project": project, "stack": stack, "resources": recorder.recorded()}


@contextlib.contextmanager
def _sources_unread() -> Iterator[None]:
    """While a program is recorded nobody reads its source for the sake of a stack trace.

    The SDK extracts the stack for each resource, of which it wants files and lines; Python would also look at every
    file on it for a change, and read its text: more than half of the time that recording takes.
    """
    kept = linecache.checkcache, linecache.getline
    linecache.checkcache = lambda *_: None
    linecache.getline = lambda *_: ""
    try:
        yield
    finally:
        linecache.checkcache, linecache.getline = kept


def is_recording() -> bool:
    """Whether registrations only reach a mock monitor, so that nothing can be created by them."""
    return isinstance(settings.get_monitor(), mocks.MockMonitor)


def _enter(recorder: Recorder, project: str, stack: str, organization: str, root: Path) -> None:
    offered: dict[str, Any] = {
        "mocks": recorder.mocks,
        "project": project,
        "stack": stack,
        "preview": True,
        "logger": logging.getLogger("lockgate.recorder"),
        "monitor": recorder,
        "organization": organization,
    }
    # Foreign programs bring older SDKs, which know fewer of these.
    known = inspect.signature(mocks.set_mocks).parameters
    mocks.set_mocks(**{name: value for name, value in offered.items() if name in known})
    if hasattr(settings.Settings, "root_directory"):
        settings.SETTINGS.root_directory = str(root)


def _resource(urn: str, request: Any, root: Path) -> dict[str, Any]:
    at_top = f"::{STACK_TYPE}::" in request.parent
    return {
        "urn": urn,
        "type": request.type,
        "name": request.name,
        "custom": request.custom,
        "parent": None if at_top else request.parent or None,
        "provider": request.provider.rpartition("::")[0] or None,
        "protect": request.protect,
        "dependencies": sorted(request.dependencies),
        "propertyDependencies": {
            name: sorted(taken_from.urns)
            for name, taken_from in sorted(request.propertyDependencies.items())
            if taken_from.urns
        },
        "source": _source(request, root),
        "inputs": inputs(request.type, _json(request.object), Path.cwd()),
    }


def _json(struct: Any) -> dict[str, Any]:
    return {key: _json_value(value) for key, value in struct.fields.items()}


def _json_value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _json(value.struct_value)
    if kind == "list_value":
        return [_json_value(item) for item in value.list_value.values]
    return None if kind == "null_value" else getattr(value, kind)


def _source(request: Any, root: Path) -> str | None:
    """File and line of the innermost frame that lies in the program, and not in a library installed beside it."""
    trace = getattr(request, "stackTrace", None)
    positions = [frame.pc for frame in trace.frames] if trace else []
    for position in positions or [request.sourcePosition]:
        path = Path(unquote(urlsplit(position.uri).path))
        if path.is_relative_to(root) and not {"site-packages", ".venv", "venv"} & set(path.parts):
            return f"{path.relative_to(root).as_posix()}:{position.line}"
    return None
