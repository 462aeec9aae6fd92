"""The decision: a plan and a charter in, a verdict out, and no verdict at all when anything is wrong."""

from __future__ import annotations

import contextlib
import datetime
import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lockgate.errors import NoDecision
from lockgate.plan.model import Plan
from lockgate.policy import answer, document, headstart, judge, opa, policies
from lockgate.policy.bundle import Compiled, compile_policies, pack
from lockgate.policy.fold import fold, idle
from lockgate.policy.headstart import HeadStart
from lockgate.policy.server import Server
from lockgate.policy.waivers import Waiver
from lockgate.verdict import Policy, Verdict

_IN_PARTS_FROM = 1_000
"""Resources from which on a question is asked in parts, one a processor; below, making them costs what they save."""

_DYING_SECONDS = 0.5
"""How long after a connection broke off it may take to see that OPA is gone."""


class Decider:
    """Decides about plans by one policies folder, on one OPA; a server of its own is kept between decisions.

    Use it as a context manager. Entering starts OPA and returns at once, so that OPA loads while the
    caller does; leaving ends it. A policy saved meanwhile counts from the next decision on.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        folder: Path | None = None,
        say: Callable[[str], None],
        found: opa.Opa | None = None,
        ahead: HeadStart | None = None,
    ) -> None:
        """``env`` is the process's environment, ``folder`` the policies (None: ours), ``say`` gets notes for stderr.

        ``ahead`` may hold a server that was started on a guess.
        """
        self._env = env
        self._folder = policies.locate(folder)
        self._say = say
        self._opa = found
        self._ahead = ahead or HeadStart()
        self._compiled: Compiled | None = None
        self._accepted: policies.Policies | None = None
        self._server: Server | None = None

    def __enter__(self) -> Self:
        try:
            self.prepare()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the server, if there is one."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def decide(
        self,
        plan: Plan,
        charter: Mapping[str, Any] | None,
        *,
        now: datetime.datetime,
        waivers: Sequence[Waiver] = (),
    ) -> Verdict:
        """The verdict on ``plan``. ``charter`` is ``Charter.document()`` or None; ``now`` is aware.

        Raises NoDecision (status 3) when OPA or a policy gives none.
        """
        with _without_collection():
            return self._decide(plan, charter, now=now, waivers=waivers)

    def _decide(
        self,
        plan: Plan,
        charter: Mapping[str, Any] | None,
        *,
        now: datetime.datetime,
        waivers: Sequence[Waiver],
    ) -> Verdict:
        compiled = self.prepare()
        question = document.input_document(plan, charter, now, by_urn=compiled.read_by_urn)
        questions: list[Mapping[str, Any]] = [question]
        if len(plan.resources) >= _IN_PARTS_FROM:
            questions = document.parts(question, Counter(rule.group for rule in compiled.rules), os.cpu_count() or 1)
        said: list[answer.Said] = []
        for body, where in self._ask(questions, judge.patience(len(plan.resources))):
            part, version = answer.parse(body, revision=compiled.revision, where=where)
            if not opa.accepted(version):
                oldest = ".".join(map(str, opa.MINIMUM))
                raise NoDecision(f"{where} is OPA {version}; {oldest} is the oldest accepted. Update the server.")
            said += part
        said = answer.complete(said, compiled.rules, plan, chartered=charter is not None)
        verdict = fold(
            plan,
            charter,
            said=said,
            rules=compiled.rules,
            waivers=waivers,
            max_waiver_days=compiled.max_waiver_days,
            policy=Policy(revision=compiled.revision, engine=f"opa {version}"),
            now=now,
        )
        for waiver in idle(verdict.findings, waivers):
            self._say(f"{waiver.place}: the waiver of {waiver.rule} waives nothing. Remove it.")
        return verdict

    def prepare(self) -> Compiled:
        """The policies as they are now, compiled, and the server that serves them, started or starting.

        ``decide`` does this by itself; done before, OPA loads meanwhile. Raises NoDecision as ``decide`` does.
        """
        snapshot = policies.load(self._folder)
        if self._opa is None:
            self._opa = opa.find(self._env, say=self._say)
        if self._compiled is None or self._compiled.revision != snapshot.revision:
            self.close()
            self._compiled = self._compile(snapshot, self._opa)
            self._accepted = snapshot
        elif self._opa.path is not None and (self._server is None or not self._server.alive()):
            # A server that died between two decisions is replaced; one that dies within a decision ends it.
            self.close()
            self._serve(self._opa.path, self._compiled.bundle)
        return self._compiled

    def _compile(self, snapshot: policies.Policies, program: opa.Opa) -> Compiled:
        """OPA loads the policies while its checker is asked whether they are accepted."""
        packed = pack(snapshot)
        self._compiled = None
        if program.path is not None:
            self._serve(program.path, packed)
        try:
            compiled = compile_policies(snapshot, program, self._env, packed=packed, accepted=self._accepted)
        except BaseException:
            self.close()
            raise
        headstart.remember(self._env, packed)
        return compiled

    def _serve(self, executable: Path, bundle: bytes) -> None:
        self._server = self._ahead.take(executable, bundle)
        if self._server is None:
            self._server = Server(executable, bundle)
            self._server.start()

    def _ask(self, questions: Sequence[Mapping[str, Any]], seconds: float) -> list[tuple[Any, str]]:
        """The answer to each question and who gave it, all asked at once."""
        assert self._opa is not None  # noqa: S101 - set by prepare
        if self._opa.remote is not None:
            where = f"the OPA server at {self._opa.remote.url}"
            return _at_once(self._opa.remote, questions, seconds=seconds, where=where, ours=False)
        server = self._server
        assert server is not None  # noqa: S101 - set by prepare
        where = "Open Policy Agent"
        judge.load()
        server.wait_ready()
        remote = opa.Remote("http", "127.0.0.1", server.port, server.token, None)
        try:
            answers = _at_once(remote, questions, seconds=seconds, where=where, ours=True)
        except NoDecision as error:
            if not server.ended(_DYING_SECONDS):
                raise
            raise NoDecision(f"Open Policy Agent ended while it decided: {server.log() or error}") from None
        if not server.proves_itself():  # then it is not known who answered on its port
            raise NoDecision("Open Policy Agent ended while it decided, so its answer does not count. Try again.")
        return answers


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """A decision on a large plan makes many objects and no cycles, and each collection looks at all."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _at_once(
    remote: opa.Remote, questions: Sequence[Mapping[str, Any]], *, seconds: float, where: str, ours: bool
) -> list[tuple[Any, str]]:
    def ask(question: Mapping[str, Any]) -> tuple[Any, str]:
        return judge.ask(remote, question, seconds=seconds, where=where, ours=ours), where

    if len(questions) == 1:
        return [ask(questions[0])]
    with ThreadPoolExecutor(len(questions)) as asking:
        return list(asking.map(ask, questions))
