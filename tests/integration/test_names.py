"""A lookup that nobody named is called by its file, its first words or its first UUID."""

from io import BytesIO

import pytest

from lookups import lifecycle
from lookups.lifecycle import uploads
from lookups.lifecycle.naming import HEAD_BYTES
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
UUIDS = some_uuids(12)
LIST = "\n".join(UUIDS)
FIRST = UUIDS[0][:8]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Hi team, refs below\n{LIST}", "Hi team, refs below (calls: 12)"),
        (f"\n \n  Hi   team,\n{LIST}", "Hi team (calls: 12)"),
        (f"Booking 642518\n{LIST}", "Booking 642518 (calls: 12)"),
        (f"Customer 98765\n43210\n{LIST}", "Customer •••• (calls: 12)"),
        (f"PNR ABC123 {UUIDS[0]} and on", "PNR ABC123 (call: 1)"),
        (LIST, f"{FIRST} and 11 more"),
        (UUIDS[0], FIRST),
        (f"1. {UUIDS[0]}\n2. {UUIDS[1]}", f"{FIRST} and 1 more"),
        (f"https://crm.example/go/{UUIDS[0]}", FIRST),
        (f"Complaint of 9820012728\n{UUIDS[0]}", "Complaint of •••• 2728 (call: 1)"),
        (f"Fl\x00ight\u202e one\n{UUIDS[0]}", "Fl ight one (call: 1)"),
        (
            f"{'late flights of Tuesday ' * 9}\n{UUIDS[0]}",
            "late flights of Tuesday late flights … (call: 1)",
        ),
        (f"{'x' * 90}\n{UUIDS[0]}", f"{'x' * 40} (call: 1)"),
        (f"{' ' * (HEAD_BYTES - 10)}PNR 9820012728 {UUIDS[0]}", "PNR ••••… (call: 1)"),
        (f"{'é' * HEAD_BYTES} {UUIDS[0]}", f"{'é' * 40} (call: 1)"),
    ],
)
def test_a_paste_is_called_by_its_first_words_or_its_first_uuid(look_up, credential, text, name):
    assert str(look_up(text, credential)) == name


def test_a_file_gives_its_name(agent, credential):
    file = BytesIO(f"ticket,uuid\n1,{UUIDS[0]}".encode())
    material = uploads.Material("tickets of 9820012728.csv", file)
    lookup = lifecycle.submit(material, lifecycle.Asked(credential, agent))
    assert str(lookup) == "tickets of •••• 2728.csv"


def test_a_name_that_the_person_gave_stays(look_up, credential):
    assert str(look_up(LIST, credential, title=" Night flights ")) == "Night flights"
