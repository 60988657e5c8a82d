"""What the process of a child may use. Stands apart from `child`, whose imports would delay it."""

from __future__ import annotations

import gc
import resource


def keep_within(*, most_bytes: int, seconds: int) -> None:
    """Past this memory and time of the processor this process fails or is ended.

    Looking for cycles is off as well: what a child makes are many objects and no cycles, and all
    memory goes when it ends. It would take a sixth of the time in which rows become text.
    """
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()
