"""The process in which programs are recorded: a script, run by the interpreter of the program's own environment.

Requests are JSON lines on standard input, answers JSON lines on the descriptor named as the argument. What a program
prints goes to standard error, so that it cannot be taken for a plan. Each request is recorded in a fork, so that the
SDK is loaded once for many recordings and no program sees what another left behind. Standard library and ``pulumi``.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import runpy
import sys
import traceback
import types
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.fdopen(int(sys.argv[1]), "wb")
    keep = sys.argv[2:] == ["--keep"]
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    make_importable(Path(__file__).resolve().parents[1])
    for line in sys.stdin.buffer:
        request = json.loads(line)
        answer = _in_fork(request) if keep else json.dumps(record_request(request)).encode()
        answers.write(answer + b"\n")
        answers.flush()
        if not keep:
            sys.stderr.flush()
            # A program may leave threads behind that would keep the interpreter from ending.
            os._exit(0)
        _load_what_it_loaded(answer)


def record_request(request: dict[str, Any]) -> dict[str, Any]:
    """``{"plan": …}``, or ``{"kind": …, "problem": …, "at": "file:line"}`` when there is none to be had."""
    program, root = Path(request["program"]), Path(request["root"])
    os.environ.update(request["environment"])
    os.chdir(program if program.is_dir() else program.parent)
    sys.argv = [str(program)]
    try:
        import pulumi

        from lockgate.plan import recorder
    except ImportError as error:
        return {"kind": "sdk", "problem": f"{error} ({sys.executable})", "at": None}
    try:
        plan = recorder.record(
            lambda: _run(program),
            project=request["project"],
            stack=request["stack"],
            root=root,
            answers=request["answers"],
        )
    except recorder.UnansweredInvoke as unanswered:
        return {"kind": "invoke", "problem": str(unanswered), "at": None}
    except recorder.DuplicateUrn as duplicate:
        return {"kind": "urn", "problem": str(duplicate), "at": None}
    except pulumi.ConfigMissingError as missing:
        return {"kind": "config", "problem": missing.key, "at": None}
    except BaseException as error:  # noqa: BLE001 (whatever a program raises is an answer, not a crash of ours)
        return _raised(error, root)
    return {"plan": plan, "modules": sorted(name for name in sys.modules if name.startswith("pulumi"))}


def make_importable(package: Path) -> None:
    """Let ``lockgate.plan`` be found in an environment without Lockgate, and nothing else that lies beside it."""
    if importlib.util.find_spec("lockgate") is None:
        module = types.ModuleType("lockgate")
        module.__path__ = [str(package)]
        sys.modules["lockgate"] = module


def _run(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


def _raised(error: BaseException, root: Path) -> dict[str, Any]:
    in_program = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(root) and "site-packages" not in frame.filename
    ]
    at = None
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).is_relative_to(root):
        at = f"{Path(error.filename).relative_to(root).as_posix()}:{error.lineno}"
    elif in_program:
        at = f"{Path(in_program[-1].filename).relative_to(root).as_posix()}:{in_program[-1].lineno}"
    if isinstance(error, SystemExit):
        return {"kind": "exit", "problem": str(0 if error.code is None else error.code), "at": at}
    text = " ".join(str(error).split())
    return {"kind": "raised", "problem": f"{type(error).__name__}: {text}" if text else type(error).__name__, "at": at}


def _in_fork(request: dict[str, Any]) -> bytes:
    """The answer of a child that dies with its recording; empty when it dies before."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        with os.fdopen(write_end, "wb") as out:
            out.write(json.dumps(record_request(request)).encode())
        sys.stderr.flush()
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as answer:
        raw = answer.read()
    os.waitpid(child, 0)
    return raw


def _load_what_it_loaded(answer: bytes) -> None:
    """Load the SDK's modules that the last program loaded, for the forks to come. Never the program's own."""
    for name in json.loads(answer or b"{}").get("modules", ()):
        if name not in sys.modules:
            importlib.import_module(name)


if __name__ == "__main__":
    main()
