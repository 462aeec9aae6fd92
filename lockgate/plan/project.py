"""A Pulumi project on disk: its name, its program, its interpreter and a stack's configuration."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lockgate.errors import InputError
from lockgate.plan.wire import UNKNOWN_STRING

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Config:
    """A stack's configuration: values as the program reads them, and which keys are secret."""

    values: dict[str, str]
    secret_keys: tuple[str, ...] = ()

    def unknown(self, key: str) -> Config:
        """The same, with one more key whose value nobody has given."""
        return Config({**self.values, key: UNKNOWN_STRING}, self.secret_keys)


@dataclass(frozen=True)
class Project:
    """A Pulumi project whose program is Python."""

    name: str
    root: Path
    program: Path
    interpreter: Path
    config_folder: Path
    defaults: dict[str, Any]

    @property
    def where(self) -> str:
        """How messages name the program."""
        return str(self.program)


def find(directory: Path) -> Project:
    """The project in a directory. Raises InputError when there is none, or when its program is not Python."""
    root = directory.resolve()
    file = next((root / name for name in ("Pulumi.yaml", "Pulumi.yml") if (root / name).is_file()), None)
    if file is None:
        raise InputError(f"{directory}: no Pulumi.yaml there. Name the folder of a Pulumi project.")
    described = _read(file)
    name = described.get("name")
    if not isinstance(name, str):
        raise InputError(f"{file}: name is missing. A Pulumi project has one.")
    runtime = described.get("runtime")
    options = runtime.get("options") or {} if isinstance(runtime, dict) else {}
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if language != "python":
        raise InputError(
            f"{file}: runtime is {language}, expected python. "
            "Judge another language's program by 'pulumi preview --json' and 'lockgate check --plan'."
        )
    program = (root / str(described.get("main") or ".")).resolve()
    if not (program / "__main__.py").is_file() and not program.is_file():
        raise InputError(f"{program}: no __main__.py there. Check main in {file}.")
    return Project(
        name=name,
        root=root,
        program=program,
        interpreter=_interpreter(root, options.get("virtualenv")),
        config_folder=root / str(described.get("stackConfigDir") or "."),
        defaults=described.get("config") or {},
    )


def configuration(project: Project, stack: str, given: dict[str, str]) -> Config:
    """A stack's configuration: the project's defaults, then the stack's file, then what the caller gives.

    A secret is encrypted in the stack's file. It is not decrypted: the program gets an unknown value in its place.
    """
    file = next((f for f in _stack_files(project, stack) if f.is_file()), None)
    values: dict[str, str] = {}
    secret_keys: list[str] = []
    declared: dict[str, Any] = {key: _default(entry) for key, entry in project.defaults.items()}
    declared.update((_read(file).get("config") or {}) if file else {})
    for key, entry in declared.items():
        full = key if ":" in key else f"{project.name}:{key}"
        if isinstance(entry, dict) and set(entry) == {"secure"}:
            values[full] = UNKNOWN_STRING
            secret_keys.append(full)
        elif entry is not None:
            values[full] = entry if isinstance(entry, str) else json.dumps(entry)
    for key, value in given.items():
        values[key if ":" in key else f"{project.name}:{key}"] = value
    return Config(values, tuple(secret_keys))


def _default(entry: Any) -> Any:
    if isinstance(entry, dict):
        return entry.get("value", entry.get("default"))
    return entry


def _stack_files(project: Project, stack: str) -> list[Path]:
    return [project.config_folder / f"Pulumi.{stack}.{ending}" for ending in ("yaml", "yml")]


def _interpreter(root: Path, declared: Any) -> Path:
    folders = [str(declared)] if declared else [".venv", "venv"]
    for folder in folders:
        for python in ("bin/python", "Scripts/python.exe"):
            if (root / folder / python).is_file():
                # Not resolved: the link's own path is what makes it a virtual environment.
                return root / folder / python
    return Path(sys.executable)


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        raw = file.read_bytes()
        if len(raw) > MAX_BYTES:
            raise InputError(f"{file}: {len(raw)} bytes, expected at most {MAX_BYTES}.")
        document = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 (both are safe)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"{file}: not YAML: {' '.join(str(error).split())[:200]}.") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise InputError(f"{file}: expected a mapping, got {type(document).__name__}.")
    return document


def environment(config: Config) -> dict[str, str]:
    """The configuration as the SDK reads it from a process's environment."""
    return {
        "PULUMI_CONFIG": json.dumps(config.values),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps(config.secret_keys),
    }


def default_stack(project: Project) -> str:
    """The stack to record when none is named: the only one that has a file, else ``dev``."""
    found = sorted(
        entry.name.removeprefix("Pulumi.").rsplit(".", 1)[0]
        for entry in os.scandir(project.config_folder)
        if entry.name.startswith("Pulumi.") and entry.name.endswith((".yaml", ".yml")) and entry.name.count(".") > 1
    )
    return found[0] if len(found) == 1 else "dev"
