"""After a session has ended one is back on one's page, and no address of a form is a dead end."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from lookups.models import Call
from lookups.views.way_back import PAGES
from tests.conftest import PASSWORD
from tests.integration.test_who_sees_what import POSTS, patterns
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db

HOST = "http://testserver"
FORMS = sorted(POSTS)


@pytest.fixture
def path_of(look_up, credential, work):
    lookup = look_up(some_uuids(1)[0], credential)
    work()
    call = Call.objects.get()

    def path_of(name: str) -> str:
        if name.startswith("call"):
            return reverse(name, args=[call.uuid])
        if "lookup-" in name or name == "lookup":
            return reverse(name, args=[lookup.pk])
        bare = {"preview", "preview-rejected", "member-add", "team-switch", "sign-out"}
        return reverse(name, args=[] if name in bare | {"credentials", "team"} else [1])

    return path_of


def next_of(answer) -> str:
    assert answer.status_code == 302
    sign_in = urlsplit(answer.headers["Location"])
    assert sign_in.path == reverse("sign-in")
    return parse_qs(sign_in.query)["next"][0]


def test_every_address_that_takes_forms_only_has_its_page():
    assert PAGES.keys() - {"admin:logout"} == POSTS


def test_no_address_answers_a_get_with_a_bare_405(signed_in, manager):
    client = signed_in(manager)
    arguments = {"<int:pk>": "1", "<str:uuid>": some_uuids(1)[0], "<uidb64>/<token>": "a/b"}
    for path, _ in patterns(get_resolver().url_patterns):
        for name, value in arguments.items():
            path = path.replace(name, value)
        assert client.get(f"/{path}").status_code != 405, path
    assert client.get("/admin/logout/").status_code == 302


@pytest.mark.parametrize("name", FORMS)
def test_a_get_on_the_address_of_a_form_leads_to_its_page(name, path_of, signed_in, manager):
    answer = signed_in(manager).get(path_of(name), follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (200, 1)
    assert answer.redirect_chain[0][0] != path_of(name)


# Signing out is open to those who are signed out already.
@pytest.mark.parametrize("name", sorted(POSTS - {"sign-out"}))
def test_a_form_sent_after_the_session_ended_leads_back_to_where_it_stood(name, path_of, agent):
    path = path_of(name)
    client = Client()
    assert next_of(client.post(path, headers={"referer": f"{HOST}/lookups/?before=9"})) == (
        "/lookups/?before=9"
    )
    for referer in ("", "https://elsewhere.example/lookups/", "http://[broken", HOST + path):
        back = next_of(client.post(path, headers={"referer": referer}))
        sent = {"username": agent.username, "password": PASSWORD, "next": back}
        page = Client().post(reverse("sign-in"), sent, follow=True)
        assert (page.status_code, page.redirect_chain) == (200, [(back, 302)]), referer


@pytest.mark.parametrize("name", FORMS)
def test_a_get_after_the_session_ended_never_leads_to_the_address_of_a_form(name, path_of):
    answer = Client().get(path_of(name), follow=True)
    assert parse_qs(answer.request["QUERY_STRING"])["next"] != [path_of(name)]


def test_a_page_after_the_session_ended_is_opened_after_sign_in_whatever_led_to_it():
    answer = Client().get("/calls/?q=cause:busy", headers={"referer": f"{HOST}/lookups/"})
    assert next_of(answer) == "/calls/?q=cause:busy"


@pytest.mark.parametrize(
    ("download", "page"),
    [
        ("/lookups/7/export?format=csv", "/lookups/7/"),
        ("/lookups/7/rejected", "/lookups/7/"),
        ("/calls/export?q=cause:busy", "/calls/"),
        (f"/calls/{some_uuids(1)[0]}/raw", f"/calls/{some_uuids(1)[0]}/"),
    ],
)
def test_a_download_after_the_session_ended_leads_back_to_its_page(download, page):
    assert next_of(Client().get(download)) == page
    referer = {"referer": f"{HOST}/calls/?q=cause:busy"}
    assert next_of(Client().get(download, headers=referer)) == "/calls/?q=cause:busy"


@pytest.mark.parametrize("door", ["/sign-in/", "/sign-in/?next=/sign-in/", "/welcome/a/b/"])
def test_nobody_is_led_back_to_a_door(door, signed_in, agent):
    answer = Client().post("/", headers={"referer": HOST + door})
    assert next_of(answer) == "/"
    answer = signed_in(agent).get(reverse("sign-in"), {"next": door})
    assert answer.headers["Location"] == "/"


def test_an_address_of_a_form_in_an_old_link_to_the_sign_in_leads_to_its_page(path_of, agent):
    sent = {"username": agent.username, "password": PASSWORD, "next": path_of("lookup-cancel")}
    answer = Client().post(reverse("sign-in"), sent)
    assert answer.headers["Location"] == path_of("lookup")
