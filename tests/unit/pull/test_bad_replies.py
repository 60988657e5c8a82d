"""Whatever a server sends, one client reads it over real HTTP and tells what it was."""

import json
import re
import socket
import subprocess
import sys

import pytest

from lookups.pull import Access, Client, Limits, PullError
from tests.processes import ROOT
from tests.unit.pull.bad_replies import BadReply, corpus
from tests.unit.pull.golden import UUID
from tests.unit.pull.servers import Server

CORPUS = list(corpus())


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len({bad.wire for bad in CORPUS}) >= 500


def wrongly_told(replies: list[BadReply]) -> list[str]:
    """The replies that one client, without a new start, told as something else."""
    client = Client(limits=Limits(1, 1, 2), allow_private=True)
    found = []

    def act(connection: socket.socket) -> None:
        asked = re.search(rb"n=([0-9]+)", server.requests[-1])
        assert asked
        connection.sendall(replies[int(asked[1])].wire)

    with Server(act) as server:
        for number, bad in enumerate(replies):
            told = outcome(client, Access(f"{server.url}?n={number}", api_version=1))
            if not isinstance(told, bad.error) or (bad.action and told.action != bad.action):
                found.append(f"{bad.title}: {told!r} instead of {bad.error.__name__}")
    client.close()
    return found


def outcome(client: Client, access: Access) -> object:
    try:
        return client.pull(access, [UUID], "ALL")
    except PullError as error:
        return error


def test_each_bad_reply_is_told_as_what_it_is() -> None:
    assert wrongly_told(CORPUS) == []


def test_a_reply_told_as_something_else_would_be_found() -> None:
    assert wrongly_told([CORPUS[0]._replace(error=KeyError)])


@pytest.mark.parametrize("fault", ["huge", "hugechunked", "gzip bomb"])
def test_a_monstrous_reply_takes_little_memory(fault: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.pull.monstrous", fault],
        cwd=ROOT, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    seen = json.loads(done.stdout)
    assert seen["told"] in {"TooLarge", "Encoded"}
    assert seen["grown_megabytes"] <= 32
