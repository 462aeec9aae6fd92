"""`python -m emulator`."""

import gc
import sys

gc.disable()  # what is imported stays: to look for garbage among it is a seventh of the start

from emulator.server import main  # noqa: E402

gc.freeze()
gc.enable()
sys.exit(main())
