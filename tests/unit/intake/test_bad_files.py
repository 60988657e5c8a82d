"""Each bad file is a sentence that says what to do, or counts that add up. None is a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lookups.intake import IntakeError, entries, open_file, summarise
from tests.unit.intake.bad_files import BadFile, bad_files

FILES = list(bad_files())
ADVICE = ("upload", "choose", "save", "open it", "make it", "unpack", "split", "copy")


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len({one.title for one in FILES}) == len(FILES) >= 100


@pytest.mark.parametrize("bad", FILES, ids=[one.title for one in FILES])
def test_a_bad_file_becomes_what_it_must(bad: BadFile) -> None:
    if isinstance(bad.becomes, str):
        with pytest.raises(IntakeError) as refused:
            summarise(open_file(bad.name, bad.data))
        assert bad.becomes in refused.value.sentence
        assert any(word in refused.value.sentence.lower() for word in ADVICE)
        return
    source = open_file(bad.name, bad.data)
    summary, found = summarise(source), list(entries(source))
    sums = summary.unique, summary.duplicates, summary.rejected, summary.blank
    assert sums == bad.becomes
    kinds = [entry.kind for entry in found]
    assert sums == tuple(map(kinds.count, ("unique", "duplicate", "rejected", "blank")))


@pytest.mark.parametrize(
    "title", ["a gzip bomb", "a ZIP bomb", "a workbook bomb", "a cell in the far corner"]
)
def test_a_bomb_takes_little_memory_of_the_portal(title: str, tmp_path: Path) -> None:
    bad = next(one for one in FILES if one.title == title)
    (tmp_path / bad.name).write_bytes(bad.data)
    code = (
        "import json, sys; from pathlib import Path; from lookups import intake\n"
        "def peak(): return int(Path('/proc/self/status').read_text()"
        ".partition('VmHWM:')[2].split()[0])\n"
        "before = peak()\n"
        "try: intake.summarise(intake.open_file(sys.argv[1], Path(sys.argv[1]).read_bytes()))\n"
        "except intake.IntakeError: print(json.dumps((peak() - before) // 1024))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / bad.name)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) < 60
