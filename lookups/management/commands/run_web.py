"""`manage.py run_web`: the web pages, without workers."""

import copy
import os
import resource
from functools import partial
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from lookups.management.parent import end_with
from lookups.management.portal_command import PortalCommand
from lookups.management.ports import check_free

APPLICATION = "phonon_portal.asgi"
PROCESSES = 2
# Connections that one process holds at most; the next ones wait to be accepted.
CONNECTIONS = 2000
# Files and sockets beside them: the database, bodies on disk.
OTHER_FILES = 500
# For the head of a request, and between two requests of one connection.
HEADER_SECONDS = 10
# Of one connection, in each direction; a longer head is refused (431).
BUFFER_BYTES = 1 << 16
STOP_SECONDS = 12


class Command(PortalCommand):
    help = "Serves the web pages, until SIGTERM: then requests that have begun are finished."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--processes", type=int, default=PROCESSES)

    def run(self, *, host: str, port: int, processes: int, **_: Any) -> None:
        # The server's processes share the port, so that it would share it with a stranger too.
        check_free(host, port)
        # Loaded once, before the server's processes are forked: they share it and start at once.
        import_module(APPLICATION)
        server = Granian(
            f"{APPLICATION}:application",
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            workers=processes,
            http=HTTPModes.http1,
            websockets=False,
            backpressure=_connections(),
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=BUFFER_BYTES
            ),
            log_level=LogLevels.warning,
            log_dictconfig=copy.deepcopy(settings.LOGGING),
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
        )
        server.serve(target_loader=partial(_load, os.getpid()), wrap_loader=False)


def _connections() -> int:
    """How many connections the files that a process may open allow; it takes as many as it may."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return max(files - OTHER_FILES, files // 2)


def _load(server: int) -> Any:
    """The application, in a process of the server's own."""
    end_with(server)
    return import_module(APPLICATION).application
