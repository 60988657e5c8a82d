"""Exports: which rows a lookup or a search gives, and each format cell by cell."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from python_calamine import CalamineWorkbook

from lookups import exports, search
from lookups.exports import COLUMNS, ExportError, call_rows, excel, lookup_rows, rows, workbook
from lookups.models import LookupItem
from tests.integration.builders import NOON, a_call, a_lookup, a_team, an_attempt

pytestmark = pytest.mark.django_db

STARTED = datetime(2026, 11, 12, 5, 16, 2, tzinfo=UTC)


@pytest.fixture
def team():
    return a_team(zone="Asia/Kolkata")


@pytest.fixture
def lookup(team):
    """Found with two attempts, a duplicate of it, not found, rejected, found without attempts,
    failed, pending, cancelled."""
    tried = a_call(team, request_id="REQ-1", client_identifier="PNR-1", raw='{"of": "call"}')
    an_attempt(
        tried,
        2,
        attempt_id="att-2",
        outcome="answered",
        cause_code="16",
        started_at=STARTED,
        ringing_at=STARTED + timedelta(milliseconds=1500),
        connected_at=STARTED + timedelta(seconds=5),
        ended_at=STARTED + timedelta(seconds=47),
        ring_seconds=3.5,
        talk_seconds=42.0,
        customer_number="+919812342728",
        did_number="+912248902987",
        agent_number="1001",
        ended_by="customer",
        dtmf="1",
        direction="outbound",
        recording_urls=["https://r.test/1.mp3", "https://r.test/2.mp3"],
        sms_status="QUEUED",
        email_status="SENT",
        raw='{"cost": 1.10, "id": 12345678901234567890}',
    )
    an_attempt(tried, 1, raw="not json")
    quiet = a_call(team, outcome="rejected", flow_status="NCPR_CHECK_FAILED", raw='{"of": "call"}')
    untouched = a_call(team, outcome="busy")
    an_attempt(untouched)
    return a_lookup(
        team,
        [
            {"call": tried, "outcome": "found", "columns": {"Name": "=cmd()", "City": ""}},
            {"kind": "duplicate", "uuid": tried.uuid},
            {"outcome": "not_found", "columns": {"City": "Pune"}},
            {"kind": "rejected"},
            {"call": quiet, "outcome": "found"},
            {"outcome": "failed", "reason": "Phonon refused the request."},
            {"outcome": "pending", "call": untouched},
            {"outcome": "cancelled"},
        ],
        input_columns=["Name", "City"],
    )


def dicts(table):
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def written(format_name, table):
    return b"".join(exports.write(format_name, table.columns, table.rows, count=table.count))


# Rows.


def complaints_about(told, lookup):
    """What is missing from or too much in the rows of a lookup, as sentences."""
    expected = []
    for item in lookup.items.filter(kind="unique").order_by("position"):
        attempts = list(item.call.attempts.order_by("number")) if item.outcome == "found" else []
        expected += [(str(item.position), str(one.number)) for one in attempts]
        expected += [] if attempts else [(str(item.position), None)]
    got = [(row["position"], row["attempt_number"]) for row in told]
    missing = [
        f"item {place}, attempt {number} is missing"
        for place, number in expected
        if (place, number) not in got
    ]
    extra = [] if len(got) <= len(expected) else ["there are rows too many"]
    return missing + extra + ([] if missing or got == expected else ["the order is wrong"])


def test_a_lookup_gives_one_row_per_attempt_and_one_per_item_without_any(lookup):
    table = lookup_rows(lookup)
    told = dicts(table)
    assert complaints_about(told, lookup) == []
    assert [row["item_outcome"] for row in told] == [
        "found",
        "found",
        "not_found",
        "found",
        "failed",
        "pending",
        "cancelled",
    ]
    assert table.count() == len(told) == 7


def test_the_check_complains_of_a_serializer_that_forgets_items_without_attempts(
    lookup, monkeypatch
):
    def forgetful(item, call, attempts, zone):
        return real(item, call, attempts, zone) if attempts else iter(())

    real = rows.item_rows
    monkeypatch.setattr(rows, "item_rows", forgetful)
    assert complaints_about(dicts(lookup_rows(lookup)), lookup) == [
        f"item {place}, attempt None is missing" for place in (3, 5, 6, 7, 8)
    ]


def test_the_check_complains_of_a_serializer_that_tells_the_last_attempt_only(lookup, monkeypatch):
    real = rows.item_rows
    monkeypatch.setattr(rows, "item_rows", lambda *a: list(real(*a))[-1:])
    assert complaints_about(dicts(lookup_rows(lookup)), lookup) == ["item 1, attempt 1 is missing"]


def test_an_attempt_is_told_in_all_its_columns(lookup):
    row = dicts(lookup_rows(lookup))[1]
    call = lookup.items.get(position=1).call
    assert row == {
        "position": "1",
        "phonon_uuid": call.uuid,
        "item_outcome": "found",
        "request_id": "REQ-1",
        "client_identifier": "PNR-1",
        "flow_status": "COMPLETED",
        "attempt_number": "2",
        "attempt_id": "att-2",
        "outcome": "answered",
        "started_at": "2026-11-12T10:46:02+05:30",
        "ringing_at": "2026-11-12T10:46:03.500000+05:30",
        "connected_at": "2026-11-12T10:46:07+05:30",
        "ended_at": "2026-11-12T10:46:49+05:30",
        "ring_seconds": "3.5",
        "talk_seconds": "42",
        "customer_number": "+919812342728",
        "did_number": "+912248902987",
        "cause_code": "16",
        "cause": "Normal clearing",
        "ended_by": "customer",
        "dtmf": "1",
        "direction": "outbound",
        "agent_number": "1001",
        "recording_urls": "https://r.test/1.mp3 https://r.test/2.mp3",
        "sms_status": "QUEUED",
        "email_status": "SENT",
        "fetched_at": "2026-11-12T18:30:00+05:30",
        "raw": '{"cost": 1.10, "id": 12345678901234567890}',
        "input_Name": "=cmd()",
        "input_City": None,
    }


def test_the_columns_are_those_of_the_front_door_in_its_order(lookup):
    assert ", ".join(lookup_rows(lookup).columns) == (
        "position, phonon_uuid, item_outcome, request_id, client_identifier, flow_status, "
        "attempt_number, attempt_id, outcome, started_at, ringing_at, connected_at, ended_at, "
        "ring_seconds, talk_seconds, customer_number, did_number, cause_code, cause, ended_by, "
        "dtmf, direction, agent_number, recording_urls, sms_status, email_status, fetched_at, "
        "raw, input_Name, input_City"
    )


def test_a_found_call_without_attempts_tells_what_is_known_of_the_call(lookup):
    row = dicts(lookup_rows(lookup))[3]
    known = {name: value for name, value in row.items() if value is not None}
    assert known == {
        "position": "5",
        "phonon_uuid": lookup.items.get(position=5).uuid,
        "item_outcome": "found",
        "flow_status": "NCPR_CHECK_FAILED",
        "outcome": "rejected",
        "fetched_at": "2026-11-12T18:30:00+05:30",
        "raw": '{"of": "call"}',
    }


def test_an_item_that_was_not_found_holds_nothing_but_itself_and_its_input(lookup):
    row = dicts(lookup_rows(lookup))[2]
    known = {name for name, value in row.items() if value is not None}
    assert known == {"position", "phonon_uuid", "item_outcome", "input_City"}
    pending = dicts(lookup_rows(lookup))[5]
    assert pending["outcome"] is None
    assert pending["raw"] is None


def test_times_follow_the_zone_of_the_team(lookup):
    lookup.team.zone = "America/New_York"
    assert dicts(lookup_rows(lookup))[1]["started_at"] == "2026-11-12T00:16:02-05:00"


def test_long_lookups_are_read_in_chunks_with_three_queries_each(
    team, monkeypatch, django_assert_num_queries
):
    calls = [a_call(team) for _ in range(7)]
    for call in calls:
        an_attempt(call)
    lookup = a_lookup(team, [{"call": call, "outcome": "found"} for call in calls])
    monkeypatch.setattr(rows, "CHUNK", 3)
    with django_assert_num_queries(3 * 3 + 1):
        told = dicts(lookup_rows(lookup))
    assert complaints_about(told, lookup) == []


def test_a_search_gives_its_calls_in_order_with_positions_from_1(team, lookup, monkeypatch):
    monkeypatch.setattr(rows, "CHUNK", 2)
    found = search.apply(search.parse(""), team=team)
    table = call_rows(found, team)
    told = dicts(table)
    assert [(row["position"], row["attempt_number"]) for row in told] == [
        ("1", "1"),
        ("2", None),
        ("3", "1"),
        ("3", "2"),
    ]
    assert list(dict.fromkeys(row["phonon_uuid"] for row in told)) == [one.uuid for one in found]
    assert {row["item_outcome"] for row in told} == {"found"}
    assert table.columns == COLUMNS
    assert table.count() == 4


def test_a_search_and_a_lookup_tell_the_same_of_the_same_call(team, lookup):
    of_lookup = dicts(lookup_rows(lookup))[1]
    found = search.apply(search.parse(f"uuid:{of_lookup['phonon_uuid']}"), team=team)
    assert dicts(call_rows(found, team))[1] == {name: of_lookup[name] for name in COLUMNS}


def test_a_call_that_moves_up_while_the_file_is_written_is_told_once(team, monkeypatch):
    calls = [a_call(team, listed_at=NOON - timedelta(days=day)) for day in range(4)]
    monkeypatch.setattr(rows, "CHUNK", 1)
    told = iter(call_rows(search.apply(search.parse(""), team=team), team).rows)
    first = next(told)
    calls[3].listed_at = NOON + timedelta(days=1)
    calls[3].save()
    assert [row[1] for row in [first, *told]] == [call.uuid for call in calls]


def test_calls_of_another_team_are_never_rows(team, lookup):
    other = a_team()
    theirs = a_call(other)
    an_attempt(theirs)
    everything = search.apply(search.parse(""), team=other)
    assert list(call_rows(everything, team).rows) == []
    stray = a_lookup(team, [{"call": theirs, "outcome": "found"}])
    assert [row["attempt_number"] for row in dicts(lookup_rows(stray))] == [None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (42.0, "42"),
        (0.0, "0"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (1e22, "1" + "0" * 22),
        (float("nan"), None),
        (None, None),
        (86400, "86400"),
    ],
)
def test_numbers_are_plain(value, text):
    assert exports.rows.cells.number(value) == text


# Formats.

AWKWARD = [
    "plain",
    " led and trailed ",
    'quote " and, comma',
    "line\nline",
    "line\r\nline",
    "\rcr",
    "\ttab",
    "हिन्दी 😀",
    "00123",
    "+919812342728",
    "1e5",
    "_x0041_",
    "TRUE",
    "'quoted",
    "a;b",
    "'",
    '"',
    ",",
]


def table_of(*columns, cells):
    return exports.Table(columns, [tuple(cells)], lambda: 1)


def test_machine_csv_read_again_is_the_rows_cell_by_cell(lookup):
    data = written("csv", lookup_rows(lookup))
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 8
    header, *told = csv.reader(io.StringIO(data.decode(), newline=""))
    table = lookup_rows(lookup)
    assert tuple(header) == table.columns
    assert told == [[cell or "" for cell in row] for row in table.rows]


def test_machine_csv_keeps_awkward_text_exactly():
    data = written("csv", table_of(*map(str, range(len(AWKWARD))), cells=AWKWARD))
    assert list(csv.reader(io.StringIO(data.decode(), newline="")))[1] == AWKWARD


def sheet(data):
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_a_workbook_read_again_is_the_rows_cell_by_cell(lookup):
    header, *told = sheet(written("xlsx", lookup_rows(lookup)))
    table = lookup_rows(lookup)
    assert tuple(header) == table.columns
    assert told == [[cell or "" for cell in row] for row in table.rows]
    assert {type(cell) for row in told for cell in row} == {str}


def test_a_workbook_keeps_awkward_text_exactly():
    cells = [*AWKWARD, *FORMULAS]
    assert sheet(written("xlsx", table_of(*map(str, range(len(cells))), cells=cells)))[1] == cells


def test_a_workbook_cuts_what_no_cell_can_hold_and_says_so():
    for text in ("x" * 32_768, "😀" * 16_384):
        (cell,) = sheet(written("xlsx", table_of("raw", cells=[text])))[1]
        assert cell.endswith(workbook.CUT)
        assert cell.startswith(text[:10_000])
        assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    whole = "x" * 32_767
    assert sheet(written("xlsx", table_of("raw", cells=[whole])))[1] == [whole]


def test_too_many_rows_for_a_sheet_are_refused_before_the_first_is_read():
    def unread():
        raise AssertionError("a row was read")
        yield ()

    with pytest.raises(ExportError, match="An Excel sheet holds 1,048,575 rows"):
        exports.write("xlsx", COLUMNS, unread(), count=lambda: 1_048_576)
    workbook.check_size(1_048_575)


def test_a_workbook_that_fails_half_way_gives_no_file():
    def failing():
        yield ("1",)
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        exports.write("xlsx", ["a"], failing())


def test_json_lines_hold_the_same_cells_with_null_for_none_and_raw_as_it_came(lookup):
    lines = written("jsonl", lookup_rows(lookup)).decode().splitlines()
    table = lookup_rows(lookup)
    for line, row in zip(lines, table.rows, strict=True):
        told = json.loads(line)
        assert tuple(told) == table.columns
        cells = dict(zip(table.columns, row, strict=True))
        raw = cells.pop("raw")
        assert {name: told[name] for name in cells} == cells
        if raw == "not json":
            assert told["raw"] == raw
        elif raw is not None:
            assert told["raw"] == json.loads(raw)
    assert '{"cost": 1.10, "id": 12345678901234567890}' in lines[1]


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ('{"a":\r\n1}', '{"raw": {"a":  1}}\n'),
        ("NaN", '{"raw": "NaN"}\n'),
        ("[" * 100_000, None),
        ("1" * 5000, '{"raw": %s}\n' % ("1" * 5000)),
        ("half\ud800", '{"raw": "half\\ud800"}\n'),
        (None, '{"raw": null}\n'),
    ],
)
def test_json_lines_stay_one_line_of_json_each(raw, line):
    told = written("jsonl", table_of("raw", cells=[raw])).decode()
    assert told.count("\n") == 1
    assert told == line if line else json.loads(told)["raw"] == raw


FORMULAS = [
    sign + rest
    for sign in ("=", "+", "-", "@", "\t", "\r", "\n", "＝")
    for rest in (
        "1+1",
        "cmd|' /C calc'!A0",
        'HYPERLINK("https://evil.test","x")',
        "SUM(1,2)",
        "",
        "=1",
    )
] + ["+91 98123", "+1234567", "+1234567890123456", "-1", "+919812342728+1", "+91981234272８"]


@pytest.mark.parametrize("column", ["client_identifier", "raw", "dtmf", "input_Name"])
def test_no_cell_of_the_excel_csv_runs_as_a_formula(column):
    assert len(FORMULAS) >= 30
    table = exports.Table((column,), [(cell,) for cell in FORMULAS], lambda: len(FORMULAS))
    told = [
        row[0] for row in csv.reader(io.StringIO(decoded(written("excel-csv", table)), newline=""))
    ]
    assert told[1:] == [f"'{cell}" for cell in FORMULAS]
    # The machine flavour is exact on purpose, so the same look at it finds every payload bare.
    exact = written("csv", table).decode()
    assert [row[0] for row in csv.reader(io.StringIO(exact, newline=""))][1:] == FORMULAS


def decoded(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return data.decode("utf-8-sig")


@pytest.mark.parametrize("number", ["+91981234", "+919812342728", "+123456789012345"])
def test_a_telephone_number_stays_whole_in_every_format(number):
    table = table_of("customer_number", cells=[number])
    assert number.encode() in written("excel-csv", table).splitlines()
    assert number.encode() in written("csv", table).splitlines()
    assert sheet(written("xlsx", table))[1] == [number]
    assert json.loads(written("jsonl", table)) == {"customer_number": number}


def test_the_excel_csv_has_times_that_excel_reads(lookup):
    told = list(csv.DictReader(io.StringIO(decoded(written("excel-csv", lookup_rows(lookup))))))
    assert told[1]["started_at"] == "2026-11-12 10:46:02"
    assert told[1]["ringing_at"] == "2026-11-12 10:46:03.500"
    assert told[1]["input_Name"] == "'=cmd()"
    assert told[2]["started_at"] == ""


def test_an_offset_west_or_with_seconds_is_cut_as_well():
    odd = timezone(-timedelta(hours=3, seconds=7))
    assert excel.readable_time(STARTED.astimezone(odd).isoformat()) == "2026-11-12 02:15:55"


@pytest.mark.parametrize("format_name", ["csv", "excel-csv"])
def test_an_export_of_nothing_is_its_header(format_name, team):
    data = written(format_name, lookup_rows(a_lookup(team)))
    assert data.removeprefix(b"\xef\xbb\xbf").decode() == ",".join(COLUMNS) + "\r\n"


def test_a_workbook_of_nothing_is_its_header_and_json_lines_are_empty(team):
    assert sheet(written("xlsx", lookup_rows(a_lookup(team)))) == [list(COLUMNS)]
    nothing = call_rows(search.apply(search.parse(""), team=team), team)
    assert written("jsonl", nothing) == b""


@pytest.mark.parametrize("format_name", ["csv", "excel-csv", "jsonl"])
def test_a_long_export_leaves_in_pieces_before_the_last_row_is_read(format_name):
    read = []

    def long():
        for place in range(5_000):
            read.append(place)
            yield (str(place), "x" * 100)

    chunks = exports.write(format_name, ["a", "b"], long())
    first = next(chunks)
    assert len(read) < 1_000
    assert len(first) < 100_000
    assert b"".join([first, *chunks]).count(b"\n") == 5_000 + (format_name != "jsonl")


def test_an_unknown_format_is_refused_with_those_that_exist():
    with pytest.raises(ExportError, match="csv, excel-csv, xlsx, jsonl"):
        exports.write("pdf", COLUMNS, [])


@pytest.mark.parametrize(
    ("format_name", "about", "name"),
    [
        ("csv", "lookup-318", "lookup-318-2026-11-23.csv"),
        ("excel-csv", "calls", "calls-2026-11-23-excel.csv"),
        ("xlsx", '../हिन्दी\r\n"x', "x-2026-11-23.xlsx"),
        ("jsonl", "???", "export-2026-11-23.jsonl"),
    ],
)
def test_a_file_name_is_plain_ascii(format_name, about, name):
    assert exports.filename(format_name, about=about, on=date(2026, 11, 23)) == name


def test_an_item_outcome_is_one_of_the_documented_words():
    assert set(LookupItem.Outcome.values) == {
        "found",
        "not_found",
        "failed",
        "cancelled",
        "pending",
    }
