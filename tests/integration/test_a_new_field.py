"""A table says what becomes of each field of a call, and another of each of an attempt."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from lookups import fields
from lookups.pull import RawReply
from lookups.recording.columns import ATTEMPT_COLUMNS
from tests.integration.new_field import ROW, UUID, reply_with

ROOT = Path(__file__).resolve().parent.parent.parent
IN_A_LEG = "callDetails[0].carrierName"
CARRIED = {
    "read": ["Airtel", "Airtel"],
    "with care": ["", ""],
    "unknown": [{}, {"campaignName": ["Airtel"], IN_A_LEG: ["Airtel"]}],
    "row": ["Vodaf", "Vodaf"],
    "changes": [
        {"campaign": ["Airte", ""]},
        {"carrier": ["Airte", ""]},
        {"campaign": ["", "Vodaf"]},
        {"carrier": ["", "Vodaf"]},
    ],
    "label": ["Campaign", "Carrier"],
    "export": ["Vodaf", "Vodaf"],
}
# Columns of an attempt that recording fills by name.
BY_NAME = {"call_id", "key", "number", "outcome", "unknown", "raw", "fetched_at"}


def test_a_row_of_its_table_and_a_column_carry_a_new_field_everywhere(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.new_field"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
        },
    )  # fmt: skip
    assert json.loads(done.stdout) == CARRIED


def disagreement(table: Iterable[fields.Field]) -> set[str]:
    """Columns of the model that no row of the table fills, and rows that have no column."""
    return {field.name for field in table if field.source.is_kept} ^ ({*ATTEMPT_COLUMNS} - BY_NAME)


def test_each_column_of_an_attempt_has_its_row():
    assert disagreement(fields.ATTEMPT) == set()


def test_a_row_too_few_or_too_many_would_be_found():
    assert disagreement(fields.ATTEMPT[2:]) == {"attempt_id"}
    assert disagreement((*fields.ATTEMPT, ROW)) == {"carrier"}


def test_of_a_field_without_a_row_the_value_is_unknown():
    body = reply_with('"Airtel"')
    call = RawReply([UUID], 200, body, None, has_location=False).read().calls[UUID]
    assert call.unknown == {"campaignName": "Airtel"}
    assert call.attempts[0].unknown == {IN_A_LEG: "Airtel"}
