"""JSON of every shape: read within limits, in a process of its own, and no member is forgotten."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lookups.intake import (
    FILE_LIMITS,
    Entry,
    IntakeError,
    Limits,
    Source,
    TooManyEntries,
    TooManyUUIDs,
    TooWide,
    UnreadableJSON,
    entries,
    open_file,
    summarise,
)
from tests.unit.intake.made_files import U, V, W
from tests.uuids import some_uuids

MEGABYTES = 6
SIZE = MEGABYTES * 1024 * 1024


def repeated(one: str, *, start: str = "[", end: str = "]") -> bytes:
    return f"{start}{','.join([one] * (SIZE // (len(one) + 1)))}{end}".encode()


SHAPES: dict[str, Callable[[], bytes]] = {
    "empty objects": lambda: repeated("{}"),
    "empty lists": lambda: repeated("[]"),
    "numbers": lambda: repeated("0"),
    "NaN": lambda: repeated("NaN"),
    "one object of empty lists": lambda: repeated("[]", start='{"a":[', end="]}"),
    "a list in a list": lambda: repeated("{}", start="[[", end="]]"),
    "nested and never closed": lambda: b"[" * SIZE,
    "nested objects": lambda: b'{"a":' * (SIZE // 5),
    "one object of many names": lambda: (
        "{" + ",".join(f'"k{n}":1' for n in range(SIZE // 11)) + "}"
    ).encode(),
    "other names in each line": lambda: "".join(
        f'{{"k{n}":1}}\n' for n in range(SIZE // 14)
    ).encode(),
    "a name again and again": lambda: repeated('"a":1', start="{", end="}"),
    "lines of empty objects": lambda: b"{}\n" * (SIZE // 3),
    "a string": lambda: b'["' + b"x" * SIZE + b'"]',
    "a wide string as a member": lambda: ('[{"a":"😀' + "x" * SIZE + '"}]').encode(),
    "a name": lambda: b'[{"' + b"x" * SIZE + b'":1}]',
    "a number": lambda: b'[{"n":' + b"9" * SIZE + b"}]",
    "UUIDs that take much along": lambda: json.dumps(
        {"note": "y" * 900_000, "ids": some_uuids(2_000)}
    ).encode(),
    "cut short": lambda: repeated("{}", end=""),
}
PEAK = (
    "import sys; from pathlib import Path\n"
    "from itertools import islice\n"
    "from lookups import intake\n"
    "def peak(): return int(Path('/proc/self/status').read_text()"
    ".partition('VmHWM:')[2].split()[0])\n"
    "before, file = peak(), Path(sys.argv[1])\n"
    "try:\n"
    "  with file.open('rb') as stream:\n"
    "    source = intake.open_file(file.name, stream)\n"
    "    intake.summarise(source); list(islice(intake.entries(source), 2000))\n"
    "except intake.IntakeError as error: print(error.sentence, file=sys.stderr)\n"
    "print((peak() - before) // 1024)\n"
)


def megabytes_more(data: bytes, folder: Path, code: str = PEAK) -> tuple[int, str]:
    """What a fresh process needs more to read the file, and the sentence of a refusal."""
    file = folder / "a.json"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    return int(done.stdout), done.stderr


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_takes_much_memory_of_the_portal(shape: str, tmp_path: Path) -> None:
    more, said = megabytes_more(SHAPES[shape](), tmp_path)
    assert more < 60
    assert not said or any(word in said for word in ("Split", "upload"))


def test_a_reader_that_held_all_of_it_would_be_found(tmp_path: Path) -> None:
    whole = PEAK.replace("intake.summarise(source)", "import json; json.load(file.open())")
    code = whole.replace("intake.open_file(file.name, stream)", "intake.open_text('')")
    assert megabytes_more(SHAPES["empty objects"](), tmp_path, code)[0] > 120


def read(name: str, text: str, limits: Limits = FILE_LIMITS) -> list[Entry]:
    return list(entries(open_file(name, text.encode(), limits), limits))


def opened(text: str, **limits: int) -> Source:
    return open_file("a.json", text.encode(), Limits(max_bytes=10**8, **limits))


@pytest.mark.parametrize(
    ("text", "limits", "refusal", "said"),
    [
        ("[{},{},{}]", {"max_entries": 2}, TooManyEntries, "more than 2 lines or rows"),
        ("{}\n{}\n{}", {"max_entries": 2}, TooManyEntries, "more than 2 lines or rows"),
        (json.dumps([[U, V, U]]), {"max_uuids": 2}, TooManyUUIDs, "more than 2 UUIDs"),
        ('[{"a":1},{"b":1},{"c":1}]', {"max_columns": 2}, TooWide, "more than 2 different names"),
        ('{"a":1,"b":1,"c":1}', {"max_columns": 2}, TooWide, "names"),
        ('[1,{"a":"xxx","b":"xx"}]', {"max_beside": 4}, TooWide, "Row 2 of this JSON"),
        (json.dumps({"a": "x" * 99, "b": [U, V, W]}), {"max_inflated_bytes": 400}, TooWide, "each"),
        ("[[" + "0," * 10**6 + "0]]", {"json_bytes": 90 << 20}, UnreadableJSON, "Split it"),
        ("[" * 2_000_000, {}, UnreadableJSON, "nested too deep"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_past_a_limit_a_sentence_says_what_to_do(
    text: str, limits: dict[str, int], refusal: type[IntakeError], said: str
) -> None:
    with pytest.raises(refusal, match=said) as refused:
        opened(text, **limits)
    assert any(word in refused.value.sentence for word in ("Split", "upload"))


def test_the_count_ends_the_reading_before_the_last_row() -> None:
    with pytest.raises(TooManyEntries):
        opened("[{},{},{}, no JSON", max_entries=2)


def test_a_name_that_first_stands_in_a_late_row_is_a_column() -> None:
    late = "".join(f'{{"name": "P{n}"}}\n' for n in range(5_000)) + f'{{"uuid": "{U}", "t": 7}}\n'
    source = open_file("late.jsonl", late.encode())
    assert source.columns == ("name", "t")
    assert [e.columns for e in entries(source) if e.uuid] == [{"t": "7"}]


def test_a_row_without_a_uuid_is_told_as_it_was_written() -> None:
    found = read("a.json", '[ {"n": 1.10,  "m": [1]} , "words", false, 12e3, "", {}, [], null]')
    assert [(e.text, e.kind.value) for e in found] == [
        ('{"n": 1.10,  "m": [1]}', "rejected"),
        *[(text, "rejected") for text in ("words", "false", "12e3")],
        *[("", "blank")] * 4,
    ]


@pytest.mark.parametrize(
    "text",
    [
        f'["{U}"]\n["{V}"]\n',
        f'\ufeff [ "{U}" ,\r\n\t"{V}" ] \n',
        f'{{"a": "{U}"}}\r{{"a": "{V}"}}\r',
        f'"{U}"\n\n"{V}"',
    ],
)
def test_lists_in_lines_and_lists_over_lines_are_both_read(text: str) -> None:
    source = open_file("a.json", text.encode())
    assert source.format == "json"
    assert [e.uuid for e in entries(source) if e.uuid] == [U, V]


def test_a_source_can_be_read_by_two_at_once() -> None:
    rows = [{"uuid": uuid, "note": "x" * 500} for uuid in some_uuids(2_000)]
    source = open_file("a.json", json.dumps(rows).encode())
    pairs = zip(entries(source), entries(source), strict=True)
    assert all(one == other and one.columns["note"] == "x" * 500 for one, other in pairs)


def test_duplicates_of_rows_are_told_with_the_line_where_the_first_stood() -> None:
    summary = summarise(open_file("a.json", json.dumps([U, V, V, U, [U]]).encode()))
    assert (summary.unique, summary.duplicates) == (2, 3)
    assert [(e.line, e.first_line) for e in summary.duplicate_sample] == [(3, 2), (4, 1), (5, 1)]


def test_separators_in_strings_are_text() -> None:
    (entry,) = read("a.json", json.dumps([{"id": U, "x\n\u2028\x1c": "a\r\n\x1c\x1e,]"}]))
    assert entry.columns == {"x\n\u2028\x1c": "a\r\n\x1c\x1e,]"}
