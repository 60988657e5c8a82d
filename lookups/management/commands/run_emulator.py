"""`manage.py run_emulator`: the pretend Pull API."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from lookups import emulator
from lookups.management.portal_command import PortalCommand


class Command(PortalCommand):
    help = "Serves the pretend Pull API, for the demo and for trying things out."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8899)
        parser.add_argument("--latency-ms", type=int, default=0)
        parser.add_argument("--fault-rate", type=float, default=0.0, help="0 to 1")
        parser.add_argument("--seed", type=int, default=0)

    def run(self, *, port: int, latency_ms: int, fault_rate: float, seed: int, **_: Any) -> None:
        try:
            emulator.run(port=port, latency_ms=latency_ms, fault_rate=fault_rate, seed=seed)
        except OSError:
            # The emulator has said which port is taken, and why.
            sys.exit(1)
