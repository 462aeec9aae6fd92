"""The process in which programs are recorded: a script, run by the interpreter of the program's own environment.

Requests are JSON lines on standard input, answers JSON lines on the descriptor named as the argument. What a program
prints goes to standard error, so that it cannot be taken for a plan. Each request is recorded in a fork, so that the
SDK is loaded once for many recordings and no program sees what another left behind. When standard input ends, whoever
asked is gone, and so are we, whatever a program is doing. Standard library and ``pulumi`` only.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import runpy
import select
import signal
import sys
import traceback
import types
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

STDIN = 0
CHUNK = 1 << 20

COMPILED: dict[str, tuple[bytes, types.CodeType]] = {}
"""The program's own modules by path, each with the very bytes that it was compiled from."""


def main() -> None:
    """Answer requests until standard input ends."""
    answer_to = int(sys.argv[1])
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    make_importable(Path(__file__).resolve().parents[1])
    from lockgate.plan import sdk_loader

    sdk_loader.install(sdk_loader.cache_folder(dict(os.environ)))
    received = b""
    while chunk := os.read(STDIN, CHUNK):
        received += chunk
        while b"\n" in received:
            line, _, received = received.partition(b"\n")
            answer = _in_fork(json.loads(line))
            with os.fdopen(os.dup(answer_to), "wb") as out:
                out.write(json.dumps(answer).encode() + b"\n")
            _load_what_it_loaded(answer)
            _compile_ahead(answer.get("own", []))


def record_request(request: dict[str, Any]) -> dict[str, Any]:
    """``{"plan": …}``, or ``{"kind": …, "problem": …, "at": "file:line"}`` when there is none to be had."""
    program, root = Path(request["program"]), Path(request["root"])
    os.environ.update(request["environment"])
    os.chdir(program if program.is_dir() else program.parent)
    sys.argv = [str(program)]
    try:
        import pulumi

        from lockgate.plan import recorder, sdk_types
    except ImportError as error:
        return {"kind": "sdk", "problem": f"{error} ({sys.executable})", "at": None}
    known = set(sys.modules)
    own = _compile_by_content(root)
    used = sdk_types.observe()
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
    return {"plan": plan, "loaded": _loaded_libraries(root, known), "own": own, "used": sorted(used)}


def _loaded_libraries(root: Path, known: set[str]) -> list[str]:
    """What was loaded beside ``known`` and is not the program's own, in order; of an SDK, the packages used."""
    found: dict[str, None] = {}
    for name, module in list(sys.modules.items()):
        if name in known:
            continue
        if name.startswith("pulumi_") and name.count(".") > 1:
            found[name.rpartition(".")[0]] = None  # its packages are lazy: only one with loaded modules is loaded
        elif not name.startswith("pulumi_") and _is_library(name, module, root):
            found[name] = None
    return list(found)


def _is_library(name: str, module: Any, root: Path) -> bool:
    file = getattr(module, "__file__", None)
    if not file or name == "__main__":
        return False
    return "site-packages" in file or name.partition(".")[0] == "lockgate" or not Path(file).is_relative_to(root)


def _compile_by_content(root: Path) -> list[str]:
    """From here on tell the compiled code of the program's own modules by their content; the paths that are loaded.

    Python tells its cached code from the source by size and second, so that a change of a digit right after another
    would be judged as it was before.
    """
    stats, compiled = SourceFileLoader.path_stats, SourceFileLoader.source_to_code
    own, lockgate = f"{root}{os.sep}", f"{Path(__file__).resolve().parents[1]}{os.sep}"
    loaded: list[str] = []

    def path_stats(self: SourceFileLoader, path: str) -> Mapping[str, Any]:
        if path.startswith(own) and "site-packages" not in path and not path.startswith(lockgate):
            loaded.append(path)
            raise OSError  # the loader then neither reads nor writes cached code
        return stats(self, path)

    def source_to_code(self: SourceFileLoader, data: bytes, path: str, **more: Any) -> types.CodeType:
        known = COMPILED.get(path)
        return known[1] if known and known[0] == data else compiled(self, data, path, **more)

    SourceFileLoader.path_stats = path_stats  # type: ignore[method-assign]
    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign,assignment]
    return loaded


def _compile_ahead(paths: list[str]) -> None:
    """Compile the program's own modules, as they are now, for the forks to come; they are not run."""
    for path in paths:
        with contextlib.suppress(OSError, SyntaxError, ValueError):  # the next recording says what is wrong
            source = Path(path).read_bytes()
            if path not in COMPILED or COMPILED[path][0] != source:
                COMPILED[path] = source, compile(source, path, "exec", dont_inherit=True)


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


def _in_fork(request: dict[str, Any]) -> dict[str, Any]:
    """The answer of a child that ends with its recording."""
    gc.freeze()
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        gc.disable()  # loading the SDK makes a million objects and hardly any garbage
        raw = json.dumps(record_request(request)).encode()
        with os.fdopen(write_end, "wb") as out:
            out.write(raw)
        for stream in (sys.stdout, sys.stderr):
            # A program may have closed it, or put something else in its place.
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        # A program may leave threads behind that would keep the interpreter from ending.
        os._exit(0)
    os.close(write_end)
    raw = _read_while_wanted(read_end, child)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if raw:
        answer: dict[str, Any] = json.loads(raw)
        return answer
    return {"kind": "died", "problem": f"signal {-status}" if status < 0 else f"status {status}", "at": None}


def _read_while_wanted(read_end: int, child: int) -> bytes:
    """What the child writes; when standard input ends first, both processes end here."""
    raw = b""
    while True:
        ready, _, _ = select.select([read_end, STDIN], [], [])
        if read_end in ready:
            chunk = os.read(read_end, CHUNK)
            if not chunk:
                os.close(read_end)
                return raw
            raw += chunk
        elif not os.read(STDIN, CHUNK):
            os.kill(child, signal.SIGKILL)
            os._exit(1)


def _load_what_it_loaded(answer: dict[str, Any]) -> None:
    """Load the libraries that the last program loaded, for the forks to come. Never the program's own modules."""
    for name in answer.get("loaded", ()):
        with contextlib.suppress(ImportError):  # a module that a library made up is not there to be loaded
            importlib.import_module(name.partition(".")[0])
            # A package of a provider's SDK is executed when an attribute is asked for.
            getattr(importlib.import_module(name), "__all__", None)
    if answer.get("used"):
        from lockgate.plan import sdk_types

        sdk_types.resolve_ahead(answer["used"])


if __name__ == "__main__":
    main()
