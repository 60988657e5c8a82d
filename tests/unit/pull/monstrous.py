"""`python -m tests.unit.pull.monstrous FAULT`: the memory one client takes for such a reply."""

import gzip
import json
import resource
import sys
from contextlib import suppress

from lookups.emulator import Emulator
from lookups.pull import Access, Client, PullError
from tests.unit.pull.golden import UUID
from tests.unit.pull.servers import Server

PIECE = b" " * 65_536


def main(fault: str) -> None:
    client = Client(allow_private=True)
    with Emulator() as emulator:
        pull(client, emulator.url(1))  # what a first request loads is no growth
        before = peak_megabytes()
        if fault == "gzip bomb":
            with bomb() as server:
                told = pull(client, server.url)
        else:
            told = pull(client, emulator.url(1, f"fault={fault}"))
    print(json.dumps({"told": told, "grown_megabytes": peak_megabytes() - before}))


def pull(client: Client, url: str) -> str:
    try:
        client.pull(Access(endpoint_url=url, api_version=1), [UUID], "ALL")
    except PullError as error:
        return type(error).__name__
    return "Reply"


def bomb() -> Server:
    """2 MB that would inflate to 2 GB."""
    piece = gzip.compress(PIECE * 160)
    count = 200
    head = (
        f"HTTP/1.1 200 X\r\nContent-Encoding: gzip\r\nContent-Length: {count * len(piece)}\r\n\r\n"
    )

    def act(connection) -> None:  # type: ignore[no-untyped-def]
        with suppress(OSError):
            connection.sendall(head.encode())
            for _ in range(count):
                connection.sendall(piece)

    return Server(act)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(sys.argv[1])
