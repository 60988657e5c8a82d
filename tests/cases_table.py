"""The right answer to each of the files in tests/cases: its UUIDs, and the columns beside them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

CASES = Path(__file__).parent / "cases"

_A = (
    "390cdfec-77a6-4145-b7f7-5369f6debc9b",
    "2ec93cc4-d39e-4664-b2b6-2f94f28eb3da",
    "68505f3b-c072-432b-ac71-7e01f65d09fe",
    "afd733f9-1f7c-4368-be83-a213c1ec938a",
    "8864c233-a0c0-46e9-9fa1-a5bf52e3c2c0",
)


class Case(NamedTuple):
    file: str
    uuids: tuple[str, ...] | int
    """In order, duplicates included; or how many."""
    columns: tuple[str, ...] = ()
    taken: str = ""


CASE_TABLE = [
    Case("title-rows.xlsx", _A[:4], ("Customer", "PNR", "Agent"),
         "Sheet Sheet, column Call UUID, header in row 4; 3 title rows left out"),
    Case("title-rows.csv", _A[:4], ("Customer", "PNR", "Agent"),
         "Column Call UUID, header in row 4; 3 title rows left out"),
    Case("sep-line.csv", _A[:4], ("Request ID", "PNR"), "Column Phonon UUID, header in row 2"),
    Case("late-key.jsonl", 300, ("name", "ticket"), "JSON, key uuid"),
    Case("late-uuid-column.csv", 5, ("request_id", "ticket"),
         "Column phonon_uuid, header in row 1"),
    Case("filtered-rows.xlsx", _A[:3], ("Status",),
         "Sheet Sheet, column Phonon UUID, header in row 1; 7 hidden rows left out"),
    Case("hidden-first-sheet.xlsx", 3, ("Customer",),
         "Sheet Today, column Phonon UUID, header in row 1"),
    Case("uuid-in-hyperlink.xlsx", _A[:3], ("Case",), "Sheet Sheet, column Call, header in row 1"),
    Case("long-numbers.xlsx", 5, (
        "Order 16", "Order 15", "Phone zero fmt", "Date", "DateTime", "Duration", "Pct",
        "Text zero", "Bool", "Money", "Time",
    ), "Sheet Sheet1, column Phonon UUID, header in row 1"),
    Case("html-table.xls", _A[:3], ("Request ID", "Customer"),
         "Table 1, column Phonon UUID, header in row 1"),
    Case("mail-quoted-printable.eml", _A, (), "Part HTML text, plain text, read line by line"),
    Case("pasted-from-excel.txt", _A[:3], ("Request ID", "Customer"),
         "Column Phonon UUID, header in row 1"),
    Case("pull-reply.json", _A[:3], (
        "api-response-code", "api-response-message", "request-id", "client-identifier",
    ), "JSON, key phonon-uuid"),
    Case("multi-line-cell.csv", _A[:4], ("Ticket", "PNR"), "Column UUIDs, header in row 1"),
    Case("one-call-two-tickets.csv", (_A[0], _A[0], _A[1]), ("Ticket",),
         "Column Phonon UUID, header in row 1"),
]  # fmt: skip
