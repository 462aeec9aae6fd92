"""The policies of one folder at one moment: what is judged by, its revision, its rules, its parameters.

A snapshot is read once; what is compiled, what is served and what the revision names are the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lockgate.errors import NoDecision
from lockgate.policy import registry

ROOTS = ["lockgate", "params"]
"""The parts of ``data`` that the bundle owns."""

_PACKAGE = Path(__file__).resolve().parent.parent
_REFERENCE = re.compile(r"\bdata\.params\b((?:\.[A-Za-z_][A-Za-z0-9_]*|\[\"[^\"]*\"\])*)(\[)?")
_BY_URN = re.compile(rb"""\binput(?:\.by_urn\b|\["by_urn"\])""")
_KEY = re.compile(r"\.([A-Za-z_][A-Za-z0-9_]*)|\[\"([^\"]*)\"\]")


@dataclass(frozen=True)
class Policies:
    """A snapshot of a policies folder."""

    folder: Path
    files: Mapping[str, bytes]
    """What the decision depends on, by path relative to the folder: rules and their library, parameters,
    manifest, capabilities, schemas; no tests."""

    @cached_property
    def revision(self) -> str:
        """SHA-256 over the sorted relative paths and contents, in hexadecimal."""
        digest = hashlib.sha256()
        for path, content in sorted(self.files.items()):
            digest.update(f"{path}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()

    @cached_property
    def sources(self) -> dict[str, bytes]:
        """The Rego files, by path."""
        return {path: content for path, content in self.files.items() if path.endswith(".rego")}

    @property
    def read_by_urn(self) -> bool:
        """Whether some rule reads the index by URN as ``input.by_urn``; ours ask ``lib/plan`` for it."""
        return any(_BY_URN.search(content) for content in self.sources.values())

    @cached_property
    def params(self) -> dict[str, Any]:
        """What rules read as ``data.params``. Raises NoDecision when a file in ``data/`` is not as it must be."""
        return dict(_params(self.files))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The bundle's manifest, without the revision. Raises NoDecision when it is not one."""
        try:
            manifest = json.loads(self.files[".manifest"])
        except json.JSONDecodeError as error:
            raise NoDecision(f"policies/.manifest:{error.lineno}: not JSON: {error.msg}.") from None
        if not isinstance(manifest, dict) or manifest.get("roots") != ROOTS:
            raise NoDecision(f'policies/.manifest:1: expected an object with "roots": {json.dumps(ROOTS)}.')
        return manifest

    @cached_property
    def rules(self) -> tuple[registry.Rule, ...]:
        """The registry. Raises NoDecision, naming file and line, when a rule's METADATA is not complete."""
        return registry.read(self.sources)


def locate(folder: Path | None = None) -> Path:
    """The policies folder: the one given, else the checkout's ``policies/``, else the one in the wheel.

    Raises NoDecision when there is none, or when it is not a policies folder.
    """
    candidates = [folder] if folder is not None else [_PACKAGE.parent / "policies", _PACKAGE / "_policies"]
    for candidate in candidates:
        if (candidate / "main.rego").is_file() and (candidate / ".manifest").is_file():
            return candidate
    shown = " or ".join(str(candidate) for candidate in candidates)
    raise NoDecision(
        f"no policies at {shown}: expected a folder with main.rego and .manifest. Name it with --policies DIR."
    )


def of_checkout(root: Path) -> Path | None:
    """The checkout's own policies, by which its stacks are judged; None where those of Lockgate count."""
    own = root / "policies"
    return own if (own / "main.rego").is_file() else None


def load(folder: Path) -> Policies:
    """Read the snapshot. Raises NoDecision, naming the file, when one cannot be read."""
    files: dict[str, bytes] = {}
    try:
        for relative in _members(folder):
            files[relative] = (folder / relative).read_bytes()
    except OSError as error:
        raise NoDecision(f"{error.filename or folder}: the policies cannot be read: {error.strerror}.") from None
    for needed in ("main.rego", ".manifest", "capabilities.json", "schemas/input.json"):
        if needed not in files:
            raise NoDecision(f"{folder}: {needed} is missing, so the policies cannot be compiled. Restore the file.")
    for path, content in files.items():
        try:
            content.decode()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise NoDecision(f"policies/{path}:{line}: not UTF-8. Save the file as UTF-8.") from None
    return Policies(folder, files)


def _members(folder: Path) -> Iterator[str]:
    """Relative paths of what belongs to the snapshot; raises OSError where a folder cannot be listed."""
    for name in ("main.rego", ".manifest", "capabilities.json"):
        if (folder / name).is_file():
            yield name
    for top, suffix in (("lib", ".rego"), ("rules", ".rego"), ("data", ".json"), ("schemas", ".json")):
        for parent, _, names in os.walk(folder / top, onerror=_unlistable):
            for name in names:
                if name.endswith(suffix) and not name.endswith("_test.rego"):
                    yield (Path(parent) / name).relative_to(folder).as_posix()


def _unlistable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _params(files: Mapping[str, bytes]) -> Iterator[tuple[str, Any]]:
    for path, content in sorted(files.items()):
        if not path.startswith("data/"):
            continue
        name = path.removeprefix("data/").removesuffix(".json")
        try:
            document = json.loads(content)
        except json.JSONDecodeError as error:
            raise NoDecision(f"policies/{path}:{error.lineno}: not JSON: {error.msg}.") from None
        if not isinstance(document, dict) or list(document) != [name]:
            raise NoDecision(
                f'policies/{path}:1: expected one key, {{"{name}": …}}, which rules read as data.params.{name}.'
            )
        yield name, document[name]


def check_references(policies: Policies) -> None:
    """Raise NoDecision, naming file and line, for a ``data.params.…`` that ``data/`` does not hold.

    In Rego such a reference is undefined, and a comprehension over it is empty and may pass.
    """
    for path, content in sorted(policies.sources.items()):
        for number, line in enumerate(content.decode().splitlines(), start=1):
            code = line.partition("#")[0] if '"' not in line else line
            for match in _REFERENCE.finditer(code):
                _check_reference(f"policies/{path}:{number}", match, policies.params)
            if code.lstrip().startswith("import data.params"):
                raise NoDecision(
                    f"policies/{path}:{number}: parameters are not imported. Write data.params.<name> in full."
                )


def _check_reference(where: str, match: re.Match[str], params: Any) -> None:
    keys = [name or quoted for name, quoted in _KEY.findall(match[1])]
    if not keys:
        raise NoDecision(f"{where}: data.params is read as a whole or by a variable. Write data.params.<name> in full.")
    value = params
    for depth, key in enumerate(keys):
        if not isinstance(value, dict):
            raise NoDecision(f"{where}: data.params.{'.'.join(keys)}: {'.'.join(keys[:depth])} is not an object.")
        if key not in value:
            known = ", ".join(sorted(value)[:8]) or "nothing"
            raise NoDecision(f"{where}: data.params.{'.'.join(keys[: depth + 1])} is not in data/. It holds: {known}.")
        value = value[key]
