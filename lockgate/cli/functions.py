"""What the deployed functions and the command line share: the packages in ``functions/``.

They import each other from the top of the path, because they are deployed with their folder as its root. So a command
that needs one puts that folder on the path, and only then imports it.
"""

from __future__ import annotations

import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def on_path() -> None:
    """Make the functions' packages importable: the checkout's, else those in the wheel."""
    checkout, wheel = _PACKAGE.parent / "functions", _PACKAGE / "_functions"
    folder = str(checkout if (checkout / "ledger").is_dir() else wheel)
    if folder not in sys.path:
        # Last: nothing that is installed is hidden by a package of ours.
        sys.path.append(folder)
