"""Write the pages and schemas that are generated from the code; ``--check`` only says which are stale."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def generated() -> dict[str, Callable[[], str]]:
    """What makes each generated file, by its path in the checkout."""
    from docs import emulator_page, witness
    from emulator.coverage import coverage
    from lockgate.charter.reference import render_reference
    from lockgate.charter.schema import render_schema
    from lockgate.cli.reference import render as render_cli
    from lockgate.policy.policies import load
    from lockgate.policy.rules_page import render_rules_page
    from lockgate.policy.schema import render as render_input

    return {
        "docs/charter.schema.json": render_schema,
        "docs/charter.md": render_reference,
        "docs/cli.md": render_cli,
        "docs/openapi.json": _openapi,
        "docs/emulator.md": lambda: emulator_page.render(coverage(), witness.read(), emulator_page.load_commands()),
        "docs/rules.md": lambda: render_rules_page(load(ROOT / "policies").rules),
        "policies/schemas/input.json": render_input,
    }


def _openapi() -> str:
    """The router's document; ``functions/`` is deployed as a root of its own, so its modules are top level."""
    if (functions := str(ROOT / "functions")) not in sys.path:
        sys.path.append(functions)
    from doors import openapi

    return json.dumps(openapi.document(), indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Write what is stale, or with ``--check`` name it and return 1."""
    stale = [
        (ROOT / path, text)
        for path, text in ((path, make()) for path, make in generated().items())
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    ]
    for file, text in stale:
        if arguments != ["--check"]:
            file.write_text(text, encoding="utf-8")
        print(f"{file.relative_to(ROOT)}: {'stale: run make generate' if arguments == ['--check'] else 'written'}")
    return 1 if stale and arguments == ["--check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
