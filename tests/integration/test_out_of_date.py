"""A form with an old CSRF token: nothing is done, nothing is lost, and the way on is there."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lookups.models import Lookup, Upload
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
TITLE = "<title>This page is out of date · Phonon Portal</title>"


@pytest.fixture
def client(agent) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    client.owner = client.get("/").context["form_owner"]
    return client


def the_form(client, credential, **more: object) -> dict[str, object]:
    return {
        "text": "\n".join(["Hi <team>", *some_uuids(3)]), "title": "Tuesday's", "nonce": uuid4(),
        "credential": credential.pk, "fetch_attempt": "LAST", "refresh": "on", "watch": "on",
        "desk": credential.team.slug, "csrfmiddlewaretoken": "x" * 64,
        "owner": getattr(client, "owner", ""),
    } | more  # fmt: skip


@pytest.mark.parametrize("name", ["new-lookup", "preview-rejected"])
def test_the_form_of_a_new_lookup_comes_back_with_all_that_was_in_it(client, credential, name):
    sent = the_form(client, credential)
    page = client.post(reverse(name), sent)
    html = page.content.decode()
    assert (page.status_code, TITLE in html) == (403, True)
    form = page.context["form"]
    for field in ("text", "title", "nonce", "fetch_attempt", "refresh", "watch", "credential"):
        assert str(form[field].value()) in {str(sent[field]), "True"}, field
    assert "Hi &lt;team&gt;" in html
    assert "Look up 3" in re.sub(r"\s+", " ", html)
    assert not Lookup.objects.exists()

    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html).group(1)
    client.post("/", sent | {"csrfmiddlewaretoken": token})
    assert Lookup.objects.get().title == "Tuesday's"


def test_a_file_that_was_received_is_still_chosen_and_another_is_not_kept(client, credential):
    token = client.get("/").context["csrf_token"]
    file = SimpleUploadedFile("tickets.csv", "\n".join(some_uuids(2)).encode())
    sent = the_form(client, credential, text="")
    client.post(reverse("preview"), sent | {"file": file, "csrfmiddlewaretoken": str(token)})
    (upload,) = Upload.objects.all()
    page = client.post("/", sent | {"upload": upload.pk})
    assert page.context["upload"] == upload
    assert "Your file is still here" in page.content.decode()

    page = client.post("/", sent | {"file": SimpleUploadedFile("other.csv", b"x")})
    assert "Choose your file again." in page.content.decode()
    assert Upload.objects.count() == 1


def test_a_form_of_another_team_says_so(client, credential):
    page = client.post("/", the_form(client, credential, desk="hotels"))
    assert "It was made for another team: you work in Flight delays now." in page.content.decode()


def test_a_preview_brings_a_token_with_which_it_is_asked_for_again(client, credential):
    htmx = {"hx-request": "true", "hx-current-url": f"{HOST}/"}
    answer = client.post(reverse("preview"), the_form(client, credential), headers=htmx)
    assert answer.status_code == 403
    assert answer.headers["X-Person"] == client.get("/").context["person"] != ""
    token = {"x-csrftoken": answer.headers["X-CSRFToken"]}
    sent = the_form(client, credential, csrfmiddlewaretoken="")
    assert client.post(reverse("preview"), sent, headers=htmx | token).status_code == 200


@pytest.mark.parametrize(
    ("path", "referer", "back"),
    [
        ("/lookups/7/cancel", "/lookups/7/?tab=calls", "/lookups/7/?tab=calls"),
        ("/lookups/7/cancel", "", "/lookups/7/"),
        ("/team/members", "/team/members", "/team/"),
        ("/password/", "/password/", "/password/"),
        ("/sign-in/?next=/calls/", "/sign-in/?next=/calls/", "/sign-in/?next=/calls/"),
    ],
)
def test_another_form_is_a_page_with_the_way_back(client, path, referer, back):
    page = client.post(path, {}, headers={"referer": HOST + referer} if referer else {})
    html = page.content.decode()
    assert (page.status_code, TITLE in html) == (403, True)
    assert f'href="{back}">Back to the page</a>' in html


def test_one_who_is_signed_out_as_well_signs_in_first(credential):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/", the_form(client, credential), headers={"referer": f"{HOST}/?uuid=1"})
    assert answer.headers["Location"] == "/sign-in/?next=/%3Fuuid%3D1"
    answer = client.post("/preview", the_form(client, credential), headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert client.post(reverse("sign-in"), {}).status_code == 403


def test_the_form_of_the_person_before_is_not_shown_to_the_next(client, stranger, credential):
    """A browser can go back and send it once more."""
    sent = the_form(client, credential, text="Anna 98765 43210")
    client.logout()
    client.force_login(stranger)
    page = client.post("/", sent)
    assert (page.status_code, TITLE in page.content.decode()) == (403, True)
    assert "Anna" not in page.content.decode()


def test_the_way_back_never_leads_to_another_host(client):
    sent = {"csrfmiddlewaretoken": "x" * 64}
    page = client.post("/lookups/1/cancel", sent, headers={"Referer": f"{HOST}//evil.example/"})
    assert "//evil.example" not in page.content.decode()
