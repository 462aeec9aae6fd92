"""On PYTHONPATH, this moves the process's clock of the day by the seconds in the file CLOCK_OFFSET."""

from __future__ import annotations

import os
import time
from pathlib import Path

_real = time.time
_offset = Path(os.environ["CLOCK_OFFSET"])


def _moved() -> float:
    return _real() + float(_offset.read_text())


time.time = _moved
