"""A workbook of 200,000 rows, against openpyxl reading the same one."""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import openpyxl
import xlsxwriter

from benchmarks.measure import (
    Figure,
    in_process_of_its_own,
    median_of_turns,
    peak_megabytes,
    seconds,
)
from lookups import intake

ROWS = 200_000
HEADER = ("ticket", "Phonon UUID", "passenger", "phone", "booked")


def figures() -> Iterator[Figure]:
    for writer, write in {"openpyxl": by_openpyxl, "XlsxWriter": by_xlsxwriter}.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "calls.xlsx"
            write(file)
            yield figure(f"workbook of {ROWS:,} rows, written by {writer}", file)


def figure(name: str, file: Path) -> Figure:
    found: list[dict[str, float]] = []

    def ours() -> float:
        found.append(in_process_of_its_own("benchmarks.workbooks", str(file)))
        return found[-1]["seconds"]

    took, openpyxl_took = median_of_turns(ours, lambda: seconds(lambda: read_all(file)))
    peak, of_child = (max(one[key] for one in found) for key in ("megabytes", "child"))
    note = (
        f"{openpyxl_took / took:.1f} times as fast; peak {peak:.0f} MiB, child {of_child:.0f} MiB"
    )
    return Figure(name, took, openpyxl_took, "openpyxl, read-only", note)


def rows() -> Iterator[tuple[str, str, str, int, date]]:
    dice = Random(3)
    for row in range(1, ROWS + 1):
        uuid = str(UUID(int=dice.getrandbits(128)))
        name = dice.choice(["Asha Rao", "Ravi Menon", "Zoya Khan"])
        yield f"T-{row}", uuid, name, 919_800_000_000 + row, date(2026, 1, 1) + timedelta(row % 300)


def by_openpyxl(file: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Calls")
    sheet.append(HEADER)
    for row in rows():
        sheet.append(row)
    book.save(file)


def by_xlsxwriter(file: Path) -> None:
    """With a table of shared strings, as spreadsheet programs have it."""
    with xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("Calls")
        for number, row in enumerate([HEADER, *rows()]):
            sheet.write_row(number, 0, row)


def read_all(file: Path) -> None:
    book = openpyxl.load_workbook(file, read_only=True)
    rows = sum(1 for _ in book.worksheets[0].iter_rows(values_only=True))
    book.close()
    if rows != ROWS + 1:
        raise SystemExit(f"openpyxl read {rows} rows.")


if __name__ == "__main__":
    began = time.perf_counter()
    with Path(sys.argv[1]).open("rb") as data:
        source = intake.open_file("calls.xlsx", data)
        unique = intake.summarise(source).unique
    took = time.perf_counter() - began
    if unique != ROWS:
        raise SystemExit(f"Found {unique} unique UUIDs where {ROWS} are.")
    del source
    of_child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(json.dumps({"seconds": took, "megabytes": peak_megabytes(), "child": of_child}))
