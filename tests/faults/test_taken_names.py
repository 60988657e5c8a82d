"""Whoever gives a name that is taken, or sends a form twice, reads a sentence and never an error.

Every unique key of the database stands in one of two lists below: of those that a person can hit
each has its tests, of the others it is said why nobody can.
"""

from collections.abc import Callable, Iterator
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from lookups import lifecycle, people
from lookups.credentials import retiring
from lookups.lifecycle import uploads
from lookups.models import Credential, Invitation, Lookup, Member, Team, User
from tests.conftest import PASSWORD
from tests.faults.test_races import at_once
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db(transaction=True)
on_postgresql = [
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time"),
]
SLUG_TAKEN = "There is a team with this slug already. Choose another."
LABEL_TAKEN = "Your team has a credential with this label. Choose another."
NAME_TAKEN = "There is an account with this name already."


# ── Teams ───────────────────────────────────────────────────────────────────────────────────────


def test_a_slug_that_is_taken_is_told_on_the_command_line(team):
    with pytest.raises(CommandError, match=SLUG_TAKEN) as told:
        call_command("create_team", team.slug, name="Another")
    assert told.value.returncode == 2


def test_a_slug_that_is_taken_is_told_under_admin(team, superuser):
    page = superuser.post(reverse("admin:lookups_team_add"), team_facts(team.slug))
    assert page.status_code == 200
    assert SLUG_TAKEN in page.content.decode()


def test_of_two_who_make_one_team_at_once_the_second_is_told(db, monkeypatch):
    meet_after(monkeypatch, Team, "full_clean")
    ends = at_once(told_instead(lambda n: people.create_team("delays", name="Delays", by=None)), 2)
    assert sorted(map(str, ends)) == ["Delays", f"{{'slug': ['{SLUG_TAKEN}']}}"]


# ── Accounts ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["asha", "ASHA"])
def test_a_name_that_is_taken_is_told_under_admin(agent, manager, superuser, name):
    facts = {"username": name, "usable_password": "true"} | dict.fromkeys(
        ["password1", "password2"], "a-long-enough-one"
    )
    added = superuser.post(reverse("admin:lookups_user_add"), facts)
    assert added.status_code == 200
    assert "A user with that username already exists." in added.content.decode()
    changed = superuser.post(
        reverse("admin:lookups_user_change", args=[manager.pk]), user_facts(manager, username=name)
    )
    assert changed.status_code == 200
    assert "already" in changed.content.decode()
    assert User.objects.filter(username__iexact="asha").count() == 1


@pytest.mark.parametrize("name", ["asha", "ASHA"])
def test_a_name_that_is_taken_is_told_to_who_makes_a_superuser(agent, name, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-enough-one")
    with pytest.raises(CommandError, match="already"):
        call_command("createsuperuser", username=name, email="", interactive=False)
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_account_of_two_cases_is_refused_by_the_database(agent):
    with pytest.raises(ValidationError, match=NAME_TAKEN):
        User.objects.create_superuser("Asha", password="a-long-enough-one")


def test_of_two_managers_who_make_one_account_at_once_the_second_invites_it(
    team, manager, other_team, stranger, signed_in
):
    clients = [signed_in(manager), signed_in(stranger)]
    names = ["bela", "Bela"]

    def add(number: int) -> int:
        facts = {"username": names[number], "role": "agent"}
        return clients[number].post(reverse("member-add"), facts).status_code

    assert set(at_once(add, 2)) <= {200, 302}
    bela = User.objects.get(username__iexact="bela")
    assert bela.memberships.count() == 1
    assert Invitation.objects.filter(user=bela).count() == 1


def test_two_managers_who_add_one_person_at_once_ask_her_once(team, manager, stranger, signed_in):
    clients = [signed_in(manager), signed_in(manager)]

    def add(number: int) -> int:
        facts = {"username": stranger.username, "role": "agent"}
        return clients[number].post(reverse("member-add"), facts).status_code

    assert set(at_once(add, 2)) <= {200, 302}
    assert Invitation.objects.filter(team=team, user=stranger).count() == 1


@pytest.mark.parametrize("name", ["asha", "ASHA", "\uff41sha"])
def test_a_member_who_is_added_again_on_the_page_keeps_the_role(
    team, manager, agent, signed_in, name
):
    facts = {"username": name, "full_name": "Asha", "role": "manager"}
    page = signed_in(manager).post(reverse("member-add"), facts)
    assert page.status_code == 422
    told = "Asha Rao is in the team already. Change their role in the list above."
    assert told in page.content.decode()
    assert Member.objects.get(user=agent).role == "agent"


def test_a_member_who_is_added_again_by_command_gets_the_role(team, agent):
    call_command("create_member", agent.username, team=team.slug, role="manager", json=True)
    assert Member.objects.get(user=agent).role == "manager"


# ── Credentials ─────────────────────────────────────────────────────────────────────────────────


def test_a_label_that_is_taken_is_told_on_the_page(credential, make_credential, manager, signed_in):
    other = make_credential(credential.team, label="Hotel IVR")
    for address in (reverse("credential-new"), reverse("credential", args=[other.pk])):
        page = signed_in(manager).post(address, credential_facts(credential.label))
        assert page.status_code == 422
        assert LABEL_TAKEN in page.content.decode()


@pytest.mark.parametrize("is_new", [True, False])
def test_of_two_who_give_one_label_at_once_the_second_is_told_on_the_page(
    is_new, team, make_credential, manager, signed_in, monkeypatch
):
    stored = [make_credential(team, label=label) for label in ("One", "Two")]
    meet_after(monkeypatch, Credential, "full_clean", times=4)

    def save(number: int) -> tuple[int, str]:
        address = reverse("credential", args=[stored[number].pk])
        page = signed_in(manager).post(
            reverse("credential-new") if is_new else address, credential_facts("Three")
        )
        return page.status_code, page.content.decode()

    first, second = sorted(at_once(save, 2))
    assert (first[0], second[0]) == (302, 422)
    assert LABEL_TAKEN in second[1]


def test_of_two_commands_that_make_one_credential_at_once_the_second_is_told(team, monkeypatch):
    meet_after(monkeypatch, Credential, "full_clean")
    facts = {"team": team.slug, "label": "Delay IVR", "api_version": 1, "json": True}

    def save(_: int) -> object:
        try:
            call_command("set_credential", endpoint_url="http://127.0.0.1:9/pull", **facts)
        except CommandError as error:
            return f"{error} {error.returncode}"
        return ""

    assert sorted(at_once(save, 2)) == ["", f"{LABEL_TAKEN} 2"]


def test_a_label_that_a_retired_credential_would_get_is_told(
    credential, make_credential, manager, signed_in
):
    make_credential(credential.team, label=retiring.retired_label(credential))
    page = signed_in(manager).post(reverse("credential-retire", args=[credential.pk]), follow=True)
    assert "Change that one&#x27;s label first." in page.content.decode()
    credential.refresh_from_db()
    assert credential.state == "active"


# ── Lookups ─────────────────────────────────────────────────────────────────────────────────────


def test_the_same_form_of_another_person_is_a_lookup_of_their_own(
    credential, agent, manager, signed_in
):
    form = lookup_form(credential)
    pages = [signed_in(who).post("/", form) for who in (agent, manager, agent, manager)]
    assert [page.status_code for page in pages] == [302] * 4
    assert pages[0].url == pages[2].url != pages[1].url == pages[3].url
    assert {one.asked_by for one in Lookup.objects.all()} == {agent, manager}


def test_the_same_form_sent_fifty_times_at_once_is_one_lookup_each_person(
    credential, agent, manager, signed_in
):
    form = lookup_form(credential)
    clients = [signed_in(agent), signed_in(manager)]
    # Clients keep no state that these requests change.
    pages = at_once(lambda n: clients[n % 2].post("/", form), 50)
    assert {page.status_code for page in pages} == {302}
    assert [len({page.url for page in pages[who::2]}) for who in (0, 1)] == [1, 1]
    assert Lookup.objects.count() == 2


def test_a_nonce_of_one_team_may_come_from_another(credential, make_credential, other_team, agent):
    people.add_member(other_team, username=agent.username, role="agent", by=None)
    nonce, text = uuid4(), "\n".join(some_uuids(2))
    for one in (credential, make_credential(other_team)):
        lifecycle.submit(uploads.pasted(text), lifecycle.Asked(one, agent, nonce=nonce))
    assert Lookup.objects.filter(nonce=nonce).count() == 2


@pytest.mark.parametrize("are_the_same", [True, False])
def test_two_forms_with_one_file_at_once_are_one_lookup_and_a_sentence(
    credential, agent, signed_in, monkeypatch, are_the_same
):
    text = "\n".join(some_uuids(5)).encode()
    upload = uploads.keep(
        uploads.Material("a.txt", SimpleUploadedFile("a.txt", text)), team=credential.team, by=agent
    )
    forms = [lookup_form(credential, upload=upload.pk, text="") for _ in range(2)]
    if are_the_same:
        forms[1] = forms[0]
    meet_after(monkeypatch, uploads, "material_of", times=2)
    pages = at_once(lambda n: signed_in(agent).post("/", forms[n]), 2)
    assert Lookup.objects.count() == 1
    if are_the_same:
        assert [page.url for page in pages] == [Lookup.objects.get().get_absolute_url()] * 2
    else:
        assert sorted(page.status_code for page in pages) == [302, 422]
        told = next(page.content.decode() for page in pages if page.status_code == 422)
        assert lifecycle.FILE_TAKEN in told or uploads.GONE in told


# ── Under admin, at once ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("address", "facts", "told"),
    [
        pytest.param("admin:lookups_team_add", "team", SLUG_TAKEN, marks=on_postgresql),
        pytest.param("admin:lookups_user_add", "user", "already exists", marks=on_postgresql),
    ],
)
def test_of_two_who_give_one_name_under_admin_at_once_the_second_is_told(
    superuser, monkeypatch, address, facts, told
):
    sent = {
        "team": team_facts("delays"),
        "user": {
            "username": "bela",
            "usable_password": "true",
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    }[facts]
    model = {"team": Team, "user": User}[facts]
    clients = [superuser, Client()]
    clients[1].cookies = superuser.cookies
    meet_after(monkeypatch, model, "validate_constraints", times=2)
    first, second = sorted(
        at_once(lambda n: clients[n].post(reverse(address), sent), 2),
        key=lambda page: -page.status_code,
    )
    assert (first.status_code, second.status_code) == (302, 200)
    assert told in second.content.decode()
    assert model.objects.count() == (2 if facts == "user" else 1)


# ── Every key ───────────────────────────────────────────────────────────────────────────────────

TOLD: dict[str, list[Callable[..., None]]] = {
    "Team.slug": [
        test_a_slug_that_is_taken_is_told_on_the_command_line,
        test_a_slug_that_is_taken_is_told_under_admin,
        test_of_two_who_make_one_team_at_once_the_second_is_told,
        test_of_two_who_give_one_name_under_admin_at_once_the_second_is_told,
    ],
    "User.username": [
        test_a_name_that_is_taken_is_told_under_admin,
        test_a_name_that_is_taken_is_told_to_who_makes_a_superuser,
        test_of_two_managers_who_make_one_account_at_once_the_second_invites_it,
        test_of_two_who_give_one_name_under_admin_at_once_the_second_is_told,
    ],
    "User.one_account_per_name": [
        test_a_name_that_is_taken_is_told_under_admin,
        test_an_account_of_two_cases_is_refused_by_the_database,
        test_of_two_managers_who_make_one_account_at_once_the_second_invites_it,
    ],
    "Member.one_membership_per_team": [
        test_a_member_who_is_added_again_on_the_page_keeps_the_role,
        test_a_member_who_is_added_again_by_command_gets_the_role,
    ],
    "Invitation.one_invitation_per_team": [
        test_two_managers_who_add_one_person_at_once_ask_her_once,
    ],
    "Credential.one_credential_per_label": [
        test_a_label_that_is_taken_is_told_on_the_page,
        test_of_two_who_give_one_label_at_once_the_second_is_told_on_the_page,
        test_of_two_commands_that_make_one_credential_at_once_the_second_is_told,
        test_a_label_that_a_retired_credential_would_get_is_told,
    ],
    "Lookup.one_lookup_per_form": [
        test_the_same_form_of_another_person_is_a_lookup_of_their_own,
        test_the_same_form_sent_fifty_times_at_once_is_one_lookup_each_person,
        test_a_nonce_of_one_team_may_come_from_another,
    ],
    "Lookup.upload": [test_two_forms_with_one_file_at_once_are_one_lookup_and_a_sentence],
}
NOBODY = {
    "LookupItem.one_item_per_place": "placing alone writes items, and takes it for being overtaken",
    "LookupItem.one_unique_item_per_uuid": "intake calls the second one of a lookup a duplicate",
    "Call.one_call_per_uuid": "recording alone writes calls, and begins anew when it is overtaken",
    "Attempt.one_attempt_per_key": "they are written with their call locked or new",
    "UploadPiece.one_piece_per_number": "its upload is new in the same transaction",
    "Worker.name": "each process makes up its own",
    "User_groups.user_group": "the form names each once, and what is there is left out",
    "User_user_permissions.user_permission": "as with groups",
    "Group.name": "no page and no command makes a group",
    "Group_permissions.group_permission": "as with groups",
    "Permission.content_type_codename": "Django alone makes permissions",
}


def unique_keys() -> Iterator[str]:
    """By their model: the field, the fields of a group, or the name of the constraint."""
    for app in ("lookups", "auth"):
        for model in apps.get_app_config(app).get_models(include_auto_created=True):
            meta = model._meta
            fields = [
                field for field in meta.local_fields if field.unique and not field.primary_key
            ]
            groups = ["_".join(names) for names in meta.unique_together]
            constraints = [c for c in meta.constraints if isinstance(c, models.UniqueConstraint)]
            for name in [*fields, *groups, *constraints]:
                yield f"{meta.object_name}.{getattr(name, 'name', name)}"


def unclassified() -> set[str]:
    return set(unique_keys()) ^ {*TOLD, *NOBODY}


def test_every_unique_key_is_told_of_by_a_tested_sentence_or_out_of_reach():
    assert unclassified() == set()
    assert not set(TOLD) & set(NOBODY)


def test_a_unique_key_that_is_in_neither_list_is_seen(monkeypatch):
    monkeypatch.setattr(Credential._meta.get_field("endpoint_url"), "unique", True)
    assert unclassified() == {"Credential.endpoint_url"}


# ── What the tests share ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def superuser(db: None, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(User.objects.create_superuser("root", password="a-long-enough-one"))


def meet_after(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, times: int = 2
) -> None:
    """Those who have called it go on two by two, so that neither sees what the other writes."""
    original, barrier, calls = getattr(owner, name), Barrier(2), iter(range(times))

    def meeting(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        if next(calls, None) is not None:
            barrier.wait(10)
        return answer

    monkeypatch.setattr(owner, name, meeting)


def told_instead(work: Callable[[int], object]) -> Callable[[int], object]:
    def either(number: int) -> object:
        try:
            return work(number)
        except ValidationError as told:
            return told

    return either


def team_facts(slug: str) -> dict[str, str]:
    made = {"created_at_0": "2026-11-12", "created_at_1": "12:00:00"}
    return {"slug": slug, "name": "Another", "zone": "UTC"} | made


def user_facts(user: User, **facts: str) -> dict[str, str]:
    joined = user.date_joined
    return {
        "username": user.username,
        "is_active": "on",
        "date_joined_0": f"{joined:%Y-%m-%d}",
        "date_joined_1": f"{joined:%H:%M:%S}",
    } | facts


def credential_facts(label: str) -> dict[str, object]:
    return {
        "label": label,
        "endpoint_url": "http://127.0.0.1:9/pull",
        "api_version": 1,
        "max_uuids": 10,
        "max_concurrent": 1,
        "requests_per_minute": 0,
    }


def lookup_form(credential: Credential, **facts: object) -> dict[str, object]:
    return {
        "text": "\n".join(some_uuids(5)),
        "credential": credential.pk,
        "fetch_attempt": "ALL",
        "nonce": str(uuid4()),
    } | facts
