"""Draw the README's picture: what ``lockgate check`` says of a stack whose guardrails were weakened.

``python -m docs.picture`` runs the command on a copy of the checkout with two of the demo's faults and writes
``docs/screen.svg``. The picture is what was printed, and nothing else.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from demo.__main__ import AT
from demo.faults import FAULTS, ROOT, plant
from lockgate.rehearsal.engine.checkout import copy_program

WIDTH = 80
PICTURED = FAULTS[1:3]


def main() -> int:
    """Write the picture; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="lockgate-picture-") as folder:
        printed = _check(Path(folder))
    console = Console(record=True, width=WIDTH, file=Path("/dev/null").open("w"), force_terminal=True)  # noqa: SIM115
    console.print(Text(f"$ lockgate check {PICTURED[0].stack}\n"))
    console.print(Text.from_ansi(printed))
    # Rich's template loads a font from elsewhere; a picture in a repository should ask nobody.
    template = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    svg = console.export_svg(title="lockgate", theme=MONOKAI, code_format=template, unique_id="lockgate")
    (ROOT / "docs" / "screen.svg").write_text(svg, encoding="utf-8")
    return 0


def _check(checkout: Path) -> str:
    copy_program(ROOT, checkout)
    for fault in PICTURED:
        plant(fault, checkout)
    command = [sys.executable, "-m", "lockgate.cli.main", "check", PICTURED[0].stack, "--at", AT, "--color"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        raise RuntimeError(f"expected a denial, got status {done.returncode}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
