"""What decides the emulator's answers, and what it remembers of the questions."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from lookups.emulator.faults import thrown_in
from lookups.emulator.reserved import MOVING


@dataclass
class Settings:
    """What decides the answers. A test may change any of it while the emulator runs."""

    seed: int
    latency_ms: float
    fault_rate: float
    max_list: int
    security_id: str
    flow_id: str
    until_ms: int
    fault: str = ""
    """A fault for every request, as `?fault=` would force it; "" for none."""
    faults: Sequence[str] = ()
    """Which faults `fault_rate` throws in; () for those that happen most."""

    def fault_for(self, number: int) -> str:
        """The fault of the n-th request, or ""."""
        return self.fault or thrown_in(self.seed, number, self.fault_rate, self.faults)


class Log:
    """What was asked of the emulator, counted. `as_dict` is what GET /log answers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests = 0
        self.uuids = 0
        self.faults: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self.elsewhere: Counter[str] = Counter()
        self.sizes: deque[int] = deque(maxlen=10_000)
        self._bodies: OrderedDict[bytes, None] = OrderedDict()
        self._moving: Counter[str] = Counter()

    def arrived(self) -> int:
        """Counts a request and gives its number, from 1."""
        with self._lock:
            self.requests += 1
            return self.requests

    def asked(self, uuids: tuple[str, ...]) -> dict[str, int]:
        """Counts what was asked; how often each UUID that moves was asked for by now."""
        with self._lock:
            self.uuids += len(uuids)
            self.sizes.append(len(uuids))
            moving = [uuid for uuid in uuids if uuid.startswith(MOVING)]
            self._moving.update(moving)
            return {uuid: self._moving[uuid] for uuid in moving}

    def answered(self, code: int) -> None:
        with self._lock:
            self.codes[code] += 1

    def failed(self, fault: str) -> None:
        with self._lock:
            self.faults[fault] += 1

    def astray(self, path: str) -> None:
        with self._lock:
            self.elsewhere[path] += 1

    def seen(self, body: bytes) -> bool:
        """Whether this very body came before, among the last thousand."""
        digest = blake2b(body, digest_size=16).digest()
        with self._lock:
            known = digest in self._bodies
            self._bodies[digest] = None
            if len(self._bodies) > 1000:
                self._bodies.popitem(last=False)
            return known

    def as_dict(self) -> dict[str, Any]:
        """Counts: requests, uuids (with repeats), sizes, faults, codes, elsewhere."""
        with self._lock:
            return {
                "requests": self.requests,
                "uuids": self.uuids,
                "sizes": list(self.sizes),
                "faults": dict(self.faults),
                "codes": {str(code): count for code, count in self.codes.items()},
                "elsewhere": dict(self.elsewhere),
            }


@dataclass
class State:
    """What every request of one start shares; `stopping` is set when the emulator ends."""

    settings: Settings
    log: Log = field(default_factory=Log)
    stopping: threading.Event = field(default_factory=threading.Event)
