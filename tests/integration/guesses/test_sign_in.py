"""Passwords cannot be guessed, and whoever guesses keeps no owner out."""

import pytest
from django.test import Client
from django.urls import reverse

from lookups.models import AuditEvent, Guesses, User
from lookups.people import guesses
from tests.conftest import PASSWORD
from tests.integration.guesses.trying import ADMIN, is_in, may_be_guessed, try_it, wrong

pytestmark = pytest.mark.django_db


def test_after_85_wrong_passwords_the_right_one_is_refused_too(agent):
    assert not may_be_guessed(Client(), after=85)


def test_the_same_holds_at_the_door_of_admin(db):
    User.objects.create_superuser("boss", password=PASSWORD)
    assert not may_be_guessed(Client(), at=ADMIN, name="boss")
    assert (
        "Too many wrong passwords" in try_it(Client(), "x", at=ADMIN, name="boss").content.decode()
    )
    assert not may_be_guessed(Client(), name="boss")


def test_guesses_that_are_not_counted_would_be_found(agent, monkeypatch):
    monkeypatch.setattr(guesses, "_count", lambda limits: None)
    assert may_be_guessed(Client())


def test_no_more_passwords_are_hashed_than_may_be_guessed(agent, hashed):
    wrong(20)
    assert hashed.call_count == guesses.ONE_NAME_HERE.burst


def test_many_names_from_one_place_are_hashed_no_more_often_than_the_place_may(hashed, agent):
    for number in range(30):
        try_it(Client(), "wrong", name=f"name-{number}")
    assert hashed.call_count == guesses.ONE_PLACE.burst
    assert try_it(Client(), PASSWORD).status_code == 429


def test_one_name_from_many_places_has_a_limit_as_well(hashed, agent):
    for number in range(40):
        try_it(Client(), "wrong", REMOTE_ADDR=f"192.0.2.{number}")
    assert hashed.call_count == guesses.ONE_NAME.burst


def test_the_page_says_when_to_try_again_and_keeps_the_name(agent, clock):
    wrong(5)
    page = try_it(Client(), PASSWORD)
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "300"
    assert "Too many wrong passwords. Try again in 5 minutes." in page.content.decode()
    assert 'value="asha"' in page.content.decode()
    clock.pass_by(4)
    assert "Try again in 60 seconds." in try_it(Client(), PASSWORD).content.decode()


def test_nobody_is_locked_out_for_good(agent, clock):
    wrong(20)
    clock.pass_by(5)
    client = Client()
    try_it(client, PASSWORD)
    assert is_in(client)


def test_a_stranger_at_one_address_does_not_keep_the_owner_out_elsewhere(agent, clock):
    for _ in range(20):
        wrong(6, REMOTE_ADDR="192.0.2.66")
        clock.pass_by(5)
    owner = Client()
    try_it(owner, PASSWORD, REMOTE_ADDR="198.51.100.4")
    assert is_in(owner)


def test_the_right_password_gives_its_guess_back(agent):
    for _ in range(30):
        client = Client()
        try_it(client, PASSWORD)
        assert is_in(client)


def test_a_known_and_an_unknown_name_get_the_same_answers(agent, hashed):
    answers: dict[str, list] = {}
    for name in ("asha", "nobody"):
        client = Client(REMOTE_ADDR=f"192.0.2.{len(answers)}")
        before = hashed.call_count
        pages = [try_it(client, "wrong", name=name) for _ in range(8)]
        answers[name] = [
            (page.status_code, *said_of(page, name), hashed.call_count - before) for page in pages
        ]
    assert answers["asha"] == answers["nobody"]


def said_of(page, name: str) -> list[str]:
    lines = page.content.decode().replace(name, "NAME").splitlines()
    return [line for line in lines if "csrf" not in line.lower()]


def test_an_account_without_a_password_takes_as_long_as_any_other(agent, hashed):
    User.objects.create_user("nina")
    try_it(Client(), "wrong", name="nina")
    assert hashed.call_count == 1


def test_what_was_typed_as_an_unknown_name_is_kept_nowhere(agent):
    typed = "my-Secret-Passw0rd"
    try_it(Client(), "wrong", name=typed)
    assert AuditEvent.objects.get(event="sign_in_failed").about == "unknown name"
    assert typed not in str(list(Guesses.objects.values())).lower()


def test_the_name_of_an_account_is_kept_as_it_is_spelled_there(agent, team):
    try_it(Client(), "wrong", name="ASHA")
    event = AuditEvent.objects.get(event="sign_in_failed")
    assert (event.about, event.team_slug) == ("asha", team.slug)


def test_a_refused_guess_writes_nothing(agent):
    wrong(5)
    before = list(Guesses.objects.values()), AuditEvent.objects.count()
    wrong(9)
    assert (list(Guesses.objects.values()), AuditEvent.objects.count()) == before


def test_rows_go_when_their_guesses_have_faded(agent, clock):
    for number in range(9):
        try_it(Client(), "wrong", name=f"name-{number}")
    clock.pass_by(60)
    try_it(Client(), "wrong")
    assert Guesses.objects.count() == 3


def test_the_old_password_is_guessed_no_more_often(signed_in, agent):
    client = signed_in(agent)
    new = {"new_password1": "another-long-one", "new_password2": "another-long-one"}
    for number in range(12):
        client.post(reverse("password"), {"old_password": f"wrong-{number}"} | new)
    page = client.post(reverse("password"), {"old_password": PASSWORD} | new)
    assert "Too many wrong passwords. Try again in 5 minutes." in page.content.decode()
    agent.refresh_from_db()
    assert agent.check_password(PASSWORD)


def test_admin_has_no_page_of_its_own_for_the_old_password(signed_in):
    client = signed_in(User.objects.create_superuser("boss"))
    page = client.post(reverse("admin:password_change"), {"old_password": PASSWORD})
    assert page.headers["Location"] == reverse("password")


def test_guesses_of_the_old_password_leave_the_sign_in_open(signed_in, agent):
    client = signed_in(agent)
    for number in range(10):
        client.post(reverse("password"), {"old_password": f"wrong-{number}"})
    fresh = Client()
    try_it(fresh, PASSWORD)
    assert is_in(fresh)


@pytest.mark.parametrize("name", ["ÄRGER", "A\u0308rger"])
def test_all_spellings_of_a_name_are_counted_as_one(db, name):
    User.objects.create_user("ärger", password=PASSWORD)
    wrong(5, name=name)
    assert try_it(Client(), PASSWORD, name="ärger").status_code == 429
    assert {event.about for event in AuditEvent.objects.filter(event="sign_in_failed")} == {"ärger"}


def test_guesses_at_another_name_leave_a_name_alone(db):
    User.objects.create_user("strasse", password=PASSWORD)
    wrong(5, name="straße")
    client = Client()
    try_it(client, PASSWORD, name="strasse")
    assert is_in(client)


def test_the_limits_are_such_that_one_place_never_uses_up_a_name():
    here, everywhere = guesses.ONE_NAME_HERE, guesses.ONE_NAME
    assert here.every > everywhere.every
    assert here.burst < everywhere.burst
