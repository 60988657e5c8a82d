"""Processes that end when their parent does, even when it is killed.

`python -m lookups.management.parent PID COMMAND…` runs a command that the kernel kills once the
process PID, which starts it, is gone. Linux alone can; elsewhere the command just runs.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Asks the kernel to kill this process when its parent ends, and ends it if that happened.

    The wish outlives `exec`, but a child does not inherit it (prctl(2)).
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606
