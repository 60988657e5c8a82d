"""The web process as it is served for real, on a free port, and its processes."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from lookups.management import ports
from tests import processes
from tests.processes import wait_until


@contextmanager
def running(command: str = "run_web", *arguments: str, **settings: str) -> Iterator["Web"]:
    """A command that serves pages on the test database, once it answers; it is ended at last."""
    port = ports.free()
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"} | settings
    process = processes.start(command, "--port", str(port), *arguments, **settings)
    web = Web(port, process)
    try:
        wait_until(web.answers)
        yield web
    finally:
        process.terminate()
        process.wait(30)


class Web:
    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self.process = process
        self.root = f"http://127.0.0.1:{port}"

    def answers(self, path: str = "/livez") -> bool:
        try:
            return requests.get(self.root + path, timeout=5).ok
        except requests.RequestException:
            return False

    def family(self) -> dict[int, str]:
        """Every process below this one that runs, with its command."""
        return dict(_below(self.process.pid))


def _below(pid: int) -> Iterator[tuple[int, str]]:
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(path.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            command = path.joinpath("cmdline").read_text().replace("\0", " ")
        except (OSError, ValueError):
            continue  # it has just ended
        if parent == pid and command:
            yield int(path.name), command
            yield from _below(int(path.name))


def is_running(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
