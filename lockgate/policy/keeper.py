"""Runs one program and ends it when standard input ends: that is, when the process that started us is gone.

A pipe is closed by the kernel however its writer dies, also by SIGKILL, when nothing of ours can run
any more. Started as ``python -I -S keeper.py PROGRAM ARGUMENT…``; only the standard library, and little
of it, so that it costs some 15 ms. Writes the program's process id to standard output as a line.
"""

import os
import select
import signal
import sys

FOLDER = "lockgate-opa-"
"""How the name of a folder begins that is removed with the program that ran in it."""


def main(command: list[str]) -> int:
    """Run ``command``; return its exit status, or 0 when it was ended because standard input ended."""
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    for ignored in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # the terminal's keys are for the process that started us
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    child = _started(command)
    try:
        os.write(1, b"%d\n" % child)
        while True:
            readable = select.select([0, wake], [], [])[0]
            if 0 in readable and not os.read(0, 4096):
                _end(child)
                child = 0
                _clear()
                return 0
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                child = 0
                return os.waitstatus_to_exitcode(status)
            if wake in readable:
                os.read(wake, 4096)
    finally:
        if child:
            _end(child)


def _started(command: list[str]) -> int:
    null = os.open(os.devnull, os.O_RDONLY)
    actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, 2, 1)]
    return os.posix_spawn(
        command[0], command, os.environ, file_actions=actions, setsigdef=[signal.SIGINT, signal.SIGQUIT, signal.SIGHUP]
    )


def _clear() -> None:
    """Remove the folder that the program ran in: who made it may be gone."""
    from pathlib import Path  # here, because it would double what starting costs

    folder = Path.cwd()
    if folder.name.startswith(FOLDER):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _end(child: int) -> None:
    os.kill(child, signal.SIGKILL)  # the program holds nothing that an orderly end would save
    os.waitpid(child, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) & 0xFF)
