"""A fresh interpreter for work that a hostile file could make grow or crash.

Never a fork: the web server has threads. The child imports nothing of ours but what it runs.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from lookups.intake.limits import MEGABYTE

_PIPE = MEGABYTE
# A child reads one thing and ends. Memory that it gave back in between, to ask for it again, would
# be cleared each time. These are settings of GNU's C library; others do not know them.
_KEEP_MEMORY = {
    "MALLOC_TOP_PAD_": str(16 * MEGABYTE),
    "MALLOC_MMAP_THRESHOLD_": str(1024 * MEGABYTE),
    "MALLOC_TRIM_THRESHOLD_": str(1024 * MEGABYTE),
}
# The path is handed over, so that neither the environment nor site hooks have to be read; and the
# package stands there empty, so that of all readers only the one that is needed is imported.
_CODE = """
import sys, types
sys.path = {path!r}
package = sys.modules["lookups.intake"] = types.ModuleType("lookups.intake")
package.__path__ = [{folder!r}]
from {module} import main
main(*sys.argv[1:])
"""


class Child:
    """Runs `main` of a module of ours with these arguments.

    It reads `given` from its standard input; what it answers is read by `read`.
    """

    def __init__(self, module: str, *arguments: str, given: IO[bytes]) -> None:
        code = _CODE.format(path=sys.path, folder=str(Path(__file__).parent), module=module)
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and code)
            [sys.executable, "-I", "-S", "-c", code, *arguments],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _KEEP_MEMORY,
        )
        assert self._process.stdout  # noqa: S101 (it is a pipe)
        self._answers = self._process.stdout
        # So that the two work at the same time, and not in turns.
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(self._answers, fcntl.F_SETPIPE_SZ, _PIPE)

    def read(self, size: int) -> bytes:
        """That many bytes; fewer when the child has ended."""
        return self._answers.read(size)

    def read_some(self, most: int) -> bytes:
        """What is there, after waiting for something; b"" when the child has ended."""
        return self._answers.read1(most)  # type: ignore[attr-defined, no-any-return]

    def stop(self) -> None:
        """Ends the child if it still runs, and waits for that."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
