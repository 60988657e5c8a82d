"""A new lookup starts with a credential that is ready, and says when its requests will wait."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lookups import credentials, ledger
from lookups.models import Credential, Lookup
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
UUIDS = some_uuids(4)


@pytest.fixture
def alpha(team, make_credential):
    return change(make_credential(team, label="alpha"), average_milliseconds=300)


@pytest.fixture
def beta(team, make_credential):
    return change(make_credential(team, label="beta"), average_milliseconds=300)


@pytest.fixture
def page(signed_in, agent):
    def get(user=agent, text: str = "") -> str:
        return signed_in(user).get(reverse("new-lookup"), {"uuid": text}).content.decode()

    return get


@pytest.fixture
def preview(signed_in, agent):
    def post(using: Credential, text: str = "\n".join(UUIDS)) -> str:
        form = {"text": text, "credential": using.pk, "fetch_attempt": "ALL"}
        return words(signed_in(agent).post(reverse("preview"), form).content.decode())

    return post


def change(credential: Credential, **facts: object) -> Credential:
    Credential.objects.filter(pk=credential.pk).update(**facts)
    credential.refresh_from_db()
    return credential


def paused(credential: Credential) -> None:
    ledger.pause(credential, "The address of the portal is not whitelisted.")


def resting(credential: Credential) -> None:
    change(credential, open_until=timezone.now() + timedelta(minutes=10), failures_in_a_row=6)


def never_working(credential: Credential) -> None:
    change(credential, average_milliseconds=None, failures_in_a_row=1)


def failed_at_its_test(credential: Credential) -> None:
    now = timezone.now()
    change(credential, average_milliseconds=None, last_test_at=now, last_test_ok=False)


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def chosen(html: str) -> str:
    found = re.search(r"<option value=\"\d+\" selected>([^<]*)", html)
    return found[1] if found else ""


def button(html: str) -> str:
    return words(re.search(r"<button[^>]*id=\"look-up\".*?</button>", html, re.S)[0]).strip()


NOT_READY = [paused, resting, never_working, failed_at_its_test]


def test_the_credential_that_the_person_used_last_is_chosen(page, alpha, beta, look_up):
    look_up(UUIDS[0], beta)
    assert chosen(page()) == "beta"


@pytest.mark.parametrize("make", NOT_READY)
def test_one_that_is_not_ready_is_never_chosen_while_another_is(page, alpha, beta, look_up, make):
    look_up(UUIDS[0], alpha)
    make(alpha)
    assert chosen(page()) == "beta"


def test_one_that_has_answered_goes_before_one_that_nobody_tried(page, team, make_credential):
    make_credential(team, label="alpha")
    change(make_credential(team, label="beta"), average_milliseconds=300)
    assert chosen(page()) == "beta"


def test_a_rest_is_chosen_before_a_pause_as_it_ends_by_itself(page, alpha, beta):
    paused(alpha)
    resting(beta)
    assert chosen(page()) == "beta: resting"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (paused, "paused"),
        (resting, "resting"),
        (never_working, "never worked so far"),
        (failed_at_its_test, "never worked so far"),
    ],
)
def test_the_picker_says_how_each_one_stands(page, alpha, beta, make, said):
    make(alpha)
    html = page()
    assert f"alpha: {said}</option>" in html
    assert re.findall(r"<optgroup label=\"([^\"]*)\"", html) == ["Active", said.capitalize()]


def test_a_failed_test_counts_only_until_somebody_saves_the_credential(page, alpha, manager):
    failed_at_its_test(alpha)
    alpha.refresh_from_db()
    credentials.save(alpha, by=manager)
    assert 'label="Not tested yet"' in page()


def test_a_pause_stands_on_the_button_and_beside_it(preview, alpha, beta):
    paused(alpha)
    said = preview(alpha)
    assert "Look up 4 calls; they wait until the credential is resumed" in said
    assert "This credential is paused. The address of the portal is not whitelisted." in said
    assert "Or choose beta, which is active." in said


def test_a_pause_is_said_before_anything_is_pasted(page, alpha):
    paused(alpha)
    html = page()
    assert button(html) == "Look up; it waits until the credential is resumed"
    assert "This credential is paused." in words(html)


def test_a_rest_stands_on_the_button_with_its_end_and_its_reason_beside_it(preview, alpha):
    resting(alpha)
    said = preview(alpha, UUIDS[0])
    assert "Look up 1 call; it waits until the credential has rested" in said
    assert "because Phonon failed several times in a row" in said


def test_only_what_phonon_is_asked_for_waits(preview, alpha, look_up, work):
    look_up("\n".join(UUIDS[:3]), alpha)
    work()
    final = Lookup.objects.get().items.filter(call__is_final=True)
    known = [item.uuid for item in final]
    assert known
    paused(alpha)
    assert "they wait" not in preview(alpha, "\n".join(known))
    assert "wait until" not in preview(alpha, "\n".join(known))
    said = preview(alpha, "\n".join([*known, UUIDS[3]]))
    assert "1 waits until the credential is resumed" in said


def test_one_that_never_worked_is_named_with_an_active_one(preview, alpha, beta):
    never_working(alpha)
    said = preview(alpha)
    assert "This credential has never worked so far." in said
    assert "Choose beta, which is active." in said


def test_without_a_credential_the_button_is_off_and_an_agent_reads_whom_to_ask(
    page, agent, manager
):
    html = page(text=UUIDS[0])
    assert "Ask a manager of your team to add it: Ravi Menon." in words(html)
    assert re.search(r"<button[^>]*id=\"look-up\"[^>]* disabled", html)
    assert reverse("credential-new") not in html


def test_without_a_credential_a_manager_is_led_to_add_one(page, manager):
    html = page(manager)
    assert f'href="{reverse("credential-new")}"' in html
    assert re.search(r"<button[^>]*id=\"look-up\"[^>]* disabled", html)


def test_the_cost_names_no_time_for_a_pause_and_not_less_than_the_rest(preview, alpha):
    resting(alpha)
    assert re.search(r"1 request , about (10 min|9 min 5\d s)", preview(alpha))
    paused(alpha)
    assert "1 request ." in preview(alpha)
