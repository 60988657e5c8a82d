"""A file is sent once, belongs to who sent it, and can be decided about before it is looked up."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from lookups import people
from lookups.lifecycle import uploads
from lookups.models import Lookup, Upload
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
UUIDS = some_uuids(6)
TWO_COLUMNS = "ticket,ours,theirs\n" + "\n".join(
    f"T-{n},{a},{b}" for n, (a, b) in enumerate(zip(UUIDS[:3], UUIDS[3:], strict=True))
)
WITH_REJECTED = f"ticket,phonon_uuid\nT-1,{UUIDS[0]}\nT-2,{UUIDS[1][:-1]}\nT-3,\n"


@pytest.fixture
def form(credential):
    return {"text": "", "credential": credential.pk, "fetch_attempt": "ALL", "nonce": uuid4()}


@pytest.fixture
def desk(signed_in, agent):
    return signed_in(agent)


def file(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def preview(client, form, **fields):
    answer = client.post(reverse("preview"), {**form, **fields}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def submit(client, form, **fields):
    return client.post(reverse("new-lookup"), {**form, **fields})


def test_a_file_that_the_preview_received_is_looked_up_without_being_sent_again(desk, form):
    page = preview(desk, form, file=file("tickets.txt", "\n".join(UUIDS)))
    upload = Upload.objects.get()
    assert f'name="upload" id="id_upload" value="{upload.pk}"' in page
    assert submit(desk, form, upload=upload.pk).status_code == 302
    lookup = Lookup.objects.get()
    assert (lookup.unique, lookup.source) == (6, "tickets.txt")


def test_the_same_form_with_a_kept_file_sent_twice_is_one_lookup(desk, form):
    preview(desk, form, file=file("tickets.txt", "\n".join(UUIDS)))
    key = Upload.objects.get().pk
    first, second = submit(desk, form, upload=key), submit(desk, form, upload=key)
    assert first.headers["Location"] == second.headers["Location"]
    assert Lookup.objects.count() == 1


def test_a_file_stays_when_something_else_in_the_form_is_wrong(desk, form):
    answer = submit(desk, form, file=file("a.txt", UUIDS[0]), title="x" * 121)
    assert answer.status_code == 422
    assert "Your file is still here" in answer.content.decode()


def test_nobody_can_look_up_what_another_person_has_handed_in(
    desk, form, signed_in, agent, stranger, team
):
    preview(desk, form, file=file("tickets.txt", "\n".join(UUIDS)))
    key = Upload.objects.get().pk
    colleague, _ = people.add_member(team, username="dev", role="manager", by=None)
    for person in (colleague.user, stranger):
        client = signed_in(person)
        said = preview(client, form, upload=key)
        assert "no longer here" in said
        assert UUIDS[0] not in said
        assert "tickets.txt" not in said


@pytest.mark.parametrize("key", ["0", "999999", "-1", "abc", "1" * 40, "١"])
def test_a_key_that_leads_to_no_file_is_a_sentence(desk, form, key):
    answer = submit(desk, form, upload=key)
    assert answer.status_code == 422
    assert "Choose it again" in answer.content.decode()


def test_two_columns_of_uuids_are_asked_about_with_the_first_rows(desk, form):
    page = preview(desk, form, file=file("two.csv", TWO_COLUMNS))
    assert "2 columns hold UUIDs" in page
    assert "T-0" in page
    key = Upload.objects.get().pk
    refused = submit(desk, form, upload=key)
    assert refused.status_code == 422
    assert not Lookup.objects.exists()
    submit(desk, form, upload=key, column="theirs")
    lookup = Lookup.objects.get()
    assert list(lookup.items.values_list("uuid", flat=True)) == UUIDS[3:]
    assert lookup.items.first().columns == {"ticket": "T-0", "ours": UUIDS[0]}


def test_every_column_can_be_meant(desk, form):
    preview(desk, form, file=file("two.csv", TWO_COLUMNS))
    submit(desk, form, upload=Upload.objects.get().pk, column="*")
    assert Lookup.objects.get().unique == 6


def test_rejected_lines_can_be_downloaded_before_anything_is_sent_mended_and_sent(desk, form):
    preview(desk, form, file=file("tickets.csv", WITH_REJECTED))
    answer = desk.post(reverse("preview-rejected"), {**form, "upload": Upload.objects.get().pk})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = text.splitlines()
    assert rows[0] == "line,reason,as_it_came,ticket"
    assert rows[1] == f"3,one digit short,{UUIDS[1][:-1]},T-2"
    mended = text.replace(UUIDS[1][:-1], UUIDS[1])
    preview(desk, form, file=file("mended.csv", mended))
    submit(desk, form, upload=Upload.objects.order_by("-pk")[0].pk)
    item = Lookup.objects.get().items.get(kind="unique")
    assert (item.uuid, item.columns["ticket"]) == (UUIDS[1], "T-2")


def test_rejected_lines_of_a_lookup_can_be_downloaded_and_mended_in_the_box(desk, form):
    submit(desk, form, text=f"{UUIDS[0]}\n{UUIDS[1][:-1]}\nnothing here")
    lookup = Lookup.objects.get()
    answer = desk.get(reverse("lookup-rejected", args=[lookup.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert f"2,one digit short,{UUIDS[1][:-1]}" in text
    page = desk.get(reverse("new-lookup"), {"mend": lookup.pk}).content.decode()
    assert f"{UUIDS[1][:-1]}\nnothing here</textarea>" in page


def test_rejected_lines_of_another_team_cannot_be_mended(desk, form, signed_in, stranger):
    submit(desk, form, text=f"{UUIDS[0]}\n{UUIDS[1][:-1]}")
    lookup = Lookup.objects.get()
    assert signed_in(stranger).get(reverse("new-lookup"), {"mend": lookup.pk}).status_code == 404


def test_a_person_keeps_the_last_few_files_only(desk, form):
    for n in range(8):
        preview(desk, form, file=file(f"{n}.txt", UUIDS[0]))
    assert list(Upload.objects.values_list("name", flat=True)) == [
        f"{n}.txt" for n in (7, 6, 5, 4, 3)
    ]


def test_a_file_without_a_lookup_is_forgotten_after_a_day(desk, form):
    preview(desk, form, file=file("old.txt", UUIDS[0]))
    Upload.objects.update(created_at=timezone.now() - timedelta(hours=25))
    preview(desk, form, file=file("new.txt", UUIDS[0]))
    assert uploads.forget_old() == 1
    assert Upload.objects.get().name == "new.txt"


def test_a_guessed_encoding_is_shown_with_the_first_rows_and_can_be_changed(desk, form):
    polish = f"klient,uuid\nŁukasz,{UUIDS[0]}\n".encode("cp1250")
    page = preview(desk, form, file=SimpleUploadedFile("a.csv", polish))
    assert "Encoding, a guess" in page
    upload = Upload.objects.get()
    page = preview(desk, form, upload=upload.pk, encoding="cp1250")
    assert "Encoding, a guess" not in page
    assert "<td>Łukasz</td>" in page


def test_the_column_of_a_pasted_table_is_asked_and_can_be_chosen(desk, form):
    page = preview(desk, form, text=TWO_COLUMNS)
    assert "2 columns hold UUIDs" in page
    assert '<option value="theirs">' in page
    assert submit(desk, form, text=TWO_COLUMNS).status_code == 422
    assert submit(desk, form, text=TWO_COLUMNS, column="theirs").status_code == 302
    assert set(Lookup.objects.get().items.values_list("uuid", flat=True)) == set(UUIDS[3:])
