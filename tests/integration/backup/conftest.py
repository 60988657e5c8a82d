"""A lookup with calls, and a good backup of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lookups import backup as backups
from lookups.models import Lookup
from tests.uuids import some_uuids


@pytest.fixture
def lookup(transactional_db, look_up, credential, work) -> Lookup:
    lookup = look_up("\n".join(some_uuids(60)), credential)
    work()
    return lookup


@pytest.fixture
def good(lookup, tmp_path) -> Iterator[Path]:
    """A backup, which is put back in the end, so that the next test finds today's tables."""
    path = tmp_path / "good"
    backups.backup(path)
    yield path
    backups.restore(path)
