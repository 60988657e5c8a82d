"""The preview says what of a file was taken for what, and offers to choose otherwise."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lookups.models import Lookup, Upload

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent.parent / "cases"


@pytest.fixture
def form(credential):
    return {"text": "", "credential": credential.pk, "fetch_attempt": "ALL", "nonce": uuid4()}


@pytest.fixture
def desk(signed_in, agent):
    return signed_in(agent)


def preview(desk, form, name: str = "", **fields: str) -> str:
    if name:
        fields["file"] = SimpleUploadedFile(name, (CASES / name).read_bytes())
    return desk.post(reverse("preview"), {**form, **fields}).content.decode()


def test_hidden_rows_are_left_out_and_can_be_included(desk, form):
    said = preview(desk, form, "filtered-rows.xlsx")
    assert "<strong>3</strong> calls to look up" in said
    assert "7 hidden rows left out" in said
    upload = str(Upload.objects.get().pk)
    said = preview(desk, form, upload=upload, hidden_rows="include")
    assert "<strong>10</strong> calls to look up" in said
    assert '<option value="include" selected>' in said
    desk.post(reverse("new-lookup"), {**form, "upload": upload, "hidden_rows": "include"})
    assert Lookup.objects.get().unique == 10


def test_a_hidden_sheet_is_offered_as_one_and_not_read_by_itself(desk, form):
    said = preview(desk, form, "hidden-first-sheet.xlsx")
    assert "(hidden)</option>" in said
    assert "hidden sheet" not in said


def test_title_rows_are_told(desk, form):
    assert "3 title rows left out" in preview(desk, form, "title-rows.csv")


def test_of_plain_text_nothing_is_said(desk, form):
    assert "read line by line" not in preview(desk, form, text="x")
