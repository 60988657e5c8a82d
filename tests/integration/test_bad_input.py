"""Bad input gets a sentence where the person is looking, and nothing is stored or lost."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lookups.models import Call, Lookup
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
GOOD = some_uuids(1)[0]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture
def submit(signed_in, agent, credential):
    """Posts the new-lookup form as the agent, and gives the answer and its text."""

    def submit(text: str = "", **fields: object):
        sent = {
            "text": text,
            "credential": credential.pk,
            "fetch_attempt": "ALL",
            "nonce": uuid4(),
            **fields,
        }
        answer = signed_in(agent).post(reverse("new-lookup"), sent)
        return answer, answer.content.decode()

    return submit


def file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "nothing here yet"),
        ({"text": " \n\n\t"}, "nothing here yet"),
        ({"text": "hello\nthere"}, "no Phonon UUID"),
        ({"text": GOOD[:-1]}, "no Phonon UUID"),
        ({"file": file("empty.csv", b"")}, "empty"),
        ({"file": file("notes.txt", b"no ids at all")}, "no Phonon UUID"),
        ({"file": file("picture.csv", PNG)}, "PNG"),
        ({"file": file("paper.txt", b"%PDF-1.7\n...")}, "PDF"),
        ({"file": file("broken.xlsx", b"PK\x03\x04 broken")}, "."),
        ({"text": GOOD, "file": file("a.txt", GOOD.encode())}, "Clear one of them"),
        ({"text": GOOD, "credential": "999"}, "no longer there"),
        ({"text": GOOD, "title": "x" * 121}, "120 characters"),
        ({"text": GOOD, "fetch_attempt": "SOME"}, "SOME"),
    ],
)
def test_what_cannot_be_looked_up_is_a_sentence_and_stores_nothing(submit, fields, said):
    answer, page = submit(**fields)
    assert answer.status_code == 422
    assert said in page
    assert not Lookup.objects.exists()


def test_the_text_stays_in_the_box(submit):
    _, page = submit("keep <this> & that")
    assert "keep &lt;this&gt; &amp; that" in page


def test_more_uuids_than_the_limit_are_refused_with_the_limit(submit, settings):
    settings.INTAKE_MAX_UUIDS = 10
    answer, page = submit("\n".join(some_uuids(11)))
    assert answer.status_code == 422
    assert "10" in page
    assert not Lookup.objects.exists()


def test_a_paste_over_the_limit_is_refused(submit, settings):
    settings.INTAKE_PASTE_BYTES = 100
    answer, page = submit("\n".join(some_uuids(10)))
    assert answer.status_code == 422
    assert "file" in page


def test_a_file_over_the_limit_is_refused(submit, settings):
    settings.INTAKE_FILE_BYTES = 100
    answer, _ = submit(file=file("long.txt", "\n".join(some_uuids(10)).encode()))
    assert answer.status_code == 422


def test_a_form_longer_than_anything_we_take_is_refused_before_it_is_read(submit, settings):
    settings.REQUEST_MAX_BYTES = 1000
    answer, page = submit(file=file("long.txt", b"x" * 2000))
    assert answer.status_code == 413
    assert "in parts" in page


def test_a_paste_longer_than_a_form_may_be_is_a_sentence(submit, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer, page = submit("x" * 2000)
    assert answer.status_code == 413
    assert "upload it as a file" in page


def test_the_same_form_sent_twice_is_one_lookup(submit):
    nonce = uuid4()
    first, _ = submit(GOOD, nonce=nonce)
    second, _ = submit(GOOD, nonce=nonce)
    assert first.headers["Location"] == second.headers["Location"]
    assert Lookup.objects.count() == 1


def test_an_old_form_sent_with_other_uuids_is_another_lookup(submit):
    nonce = uuid4()
    first, _ = submit(GOOD, nonce=nonce)
    second, _ = submit("\n".join(some_uuids(2)), nonce=nonce)
    assert first.headers["Location"] != second.headers["Location"]
    assert sorted(Lookup.objects.values_list("unique", flat=True)) == [1, 2]


def test_an_old_form_sent_with_another_file_is_another_lookup(submit):
    nonce = uuid4()
    for n in (1, 2):
        submit(file=file("a.txt", "\n".join(some_uuids(n)).encode()), nonce=nonce)
    assert Lookup.objects.count() == 2


@pytest.mark.parametrize(
    ("query", "outcome", "said"),
    [
        ("fault=html", "failed", "web page"),
        ("fault=html200", "failed", "web page"),
        ("fault=code999", "failed", "999"),
        ("fault=badjson", "failed", "tried 3 times"),
        ("fault=500", "failed", "tried 3 times"),
        ("fault=reset", "failed", "tried 3 times"),
        ("fault=code202", "pending", "security ID"),
        ("fault=code401", "pending", "whitelist"),
        ("fault=code212", "pending", "balance"),
        ("fault=redirect", "pending", "another address"),
        ("fault=gzip", "pending", "compress"),
    ],
)
def test_what_phonon_says_is_on_the_lookup_page(
    team, make_credential, look_up, work, signed_in, agent, query, outcome, said
):
    lookup = look_up(GOOD, make_credential(team, label="odd", query=query))
    for _ in range(3):
        work()
    assert lookup.items.get().outcome == outcome
    page = signed_in(agent).get(lookup.get_absolute_url()).content.decode()
    assert said.lower() in page.lower()
    assert "Traceback" not in page
    assert not Call.objects.exists()


def test_an_unreachable_phonon_fails_the_items_with_a_sentence(
    team, make_credential, look_up, work, signed_in, agent
):
    dead = make_credential(team, label="dead", at="http://127.0.0.1:1/v2/pull")
    lookup = look_up(GOOD, dead)
    for _ in range(3):
        work()
    assert lookup.items.get().outcome == "failed"
    page = signed_in(agent).get(lookup.get_absolute_url()).content.decode()
    assert "could not be reached" in page or "tried 3 times" in page


def test_a_list_longer_than_phonon_takes_is_halved_and_all_come(
    team, make_credential, look_up, work
):
    small = make_credential(team, label="small", query="max=7")
    lookup = look_up("\n".join(some_uuids(40)), small)
    work()
    lookup.refresh_from_db()
    small.refresh_from_db()
    assert lookup.status == "done"
    assert not lookup.items.filter(outcome="failed").exists()
    assert small.batch_size <= 7


def test_an_export_of_an_unknown_format_is_not_there(submit, signed_in, agent):
    answer, _ = submit(GOOD)
    url = answer.headers["Location"] + "export?format=pdf"
    assert signed_in(agent).get(url).status_code == 404


@pytest.mark.parametrize("at", ["x", "o1", "ozzzz.1", "-1", "o" + "f" * 40])
def test_a_broken_link_to_a_page_of_results_is_a_sentence(signed_in, agent, at):
    page = signed_in(agent).get(reverse("calls"), {"at": at})
    assert page.status_code == 200
    assert "newest" in page.content.decode()


@pytest.mark.parametrize("q", ["colour:red", "after:soon", "\0", "talk:long", "x" * 2000, '"'])
def test_a_search_that_is_not_understood_says_so(signed_in, agent, q):
    page = signed_in(agent).get(reverse("calls"), {"q": q})
    assert page.status_code == 200
    assert "Traceback" not in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/calls/nonsense/", "/calls/1591df5e/", "/calls/%00/", f"/calls/{GOOD}%0a/",
        "/calls/" + "x" * 300, f"/lookups/{10**30}/", f"/lookups/{2**63}/", "/lookups/0/",
    ],
)  # fmt: skip
def test_an_address_of_nothing_is_not_there(signed_in, agent, address):
    assert signed_in(agent).get(address, follow=True).status_code == 404


@pytest.mark.parametrize("text", ["%00", "nonsense", "%F0%9F%93%9E", "%ED%A0%80"])
def test_a_link_from_a_crm_with_anything_in_it_opens_the_form(signed_in, agent, credential, text):
    assert signed_in(agent).get(f"/go/{text}", follow=True).status_code == 200


@pytest.mark.parametrize("slug", ["", "\0", "nobody", "x" * 10_000])
def test_a_team_that_is_none_is_not_there(signed_in, agent, slug):
    assert signed_in(agent).post(reverse("team-switch"), {"team": slug}).status_code == 404


@pytest.mark.parametrize(
    "query", ["?before=x", "?before=" + "9" * 40, "?after=-1", "?tab=%00", "?outcome=%00&item=%00"]
)
def test_an_odd_parameter_is_taken_as_none(signed_in, agent, look_up, credential, query):
    lookup = look_up(GOOD, credential)
    client = signed_in(agent)
    for address in (lookup.get_absolute_url(), reverse("lookups"), f"/calls/?lookup={query[1:]}"):
        assert client.get(address + query).status_code == 200


def test_a_link_from_a_crm_to_an_unknown_call_fills_the_form(signed_in, agent, credential):
    page = signed_in(agent).get(f"/go/{GOOD}", follow=True)
    assert GOOD in page.content.decode()
    assert not Lookup.objects.exists()
