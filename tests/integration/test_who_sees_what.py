"""Every address, as every person: their own team's rows open, all others are the same 404."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from lookups import access, ledger, people
from lookups.emulator import DEMO_FLOW_ID, DEMO_SECURITY_ID
from lookups.models import AuditEvent, Call, Credential, Invitation, Lookup, Member, User
from tests.integration.builders import a_team, a_user
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db

PUBLIC = {"/livez", "/readyz", "/metrics"}
# What an address needs of the person: a seat in the team, or the manager's.
AGENT = {
    "new-lookup", "preview", "preview-rejected", "lookups", "lookup", "lookup-export",
    "lookup-rejected", "lookup-cancel", "lookup-retry", "lookup-refresh", "lookup-watch",
    "lookup-unwatch", "calls", "calls-export", "call", "call-numbers", "call-refresh", "go",
    "call-raw", "call-raw-numbers",
    "credentials", "team", "team-switch", "password", "sign-out", "invitation-answer",
}  # fmt: skip
MANAGER = {
    "credential-new", "credential", "credential-test", "credential-resume", "credential-retire",
    "member-add", "member-change", "audit", "member-link", "invitation-take-back",
    "invitation-link",
}  # fmt: skip
SUPERUSER = {"audit-portal"}
POSTS = {
    "preview", "preview-rejected", "lookup-cancel", "lookup-retry", "lookup-refresh",
    "lookup-watch", "lookup-unwatch", "call-numbers", "call-refresh", "credential-test",
    "call-raw-numbers",
    "credential-resume", "credential-retire", "member-add", "member-change", "team-switch",
    "sign-out", "member-link", "invitation-take-back", "invitation-link", "invitation-answer",
}  # fmt: skip


@dataclass
class World:
    lookup: Lookup
    call: Call
    credential: Credential
    member: Member
    invitation: Invitation
    invited_elsewhere: Invitation

    def arguments(self, name: str) -> list[object]:
        """The arguments of an address so that it names a row of this world's team."""
        if name.startswith("lookup-") or name == "lookup":
            return [self.lookup.pk]
        if name.startswith("call-") or name in {"call", "go"}:
            return [self.call.uuid]
        if name.startswith("credential") and name not in {"credentials", "credential-new"}:
            return [self.credential.pk]
        if name == "invitation-answer":
            return [self.invited_elsewhere.pk]
        if name.startswith("invitation-"):
            return [self.invitation.pk]
        return [self.member.pk] if name in {"member-change", "member-link"} else []


@pytest.fixture
def world(look_up, credential, work, agent, manager) -> World:
    lookup = look_up("\n".join(some_uuids(3)), credential)
    work()
    member = Member.objects.get(user=agent)
    invited, _ = people.add_member(
        credential.team, username=a_user().username, role="agent", by=None
    )
    elsewhere, _ = people.add_member(a_team(), username="asha", role="agent", by=None)
    return World(lookup, Call.objects.first(), credential, member, invited, elsewhere)


def patterns(found: list, prefix: str = "") -> Iterator[tuple[str, str]]:
    for one in found:
        if isinstance(one, URLPattern):
            yield prefix + str(one.pattern), one.name or ""
        elif not str(one.pattern).startswith("admin/"):
            yield from patterns(one.url_patterns, prefix + str(one.pattern))


def ask(client: Client, name: str, arguments: list[object]) -> HttpResponse:
    url = reverse(name, args=arguments)
    return client.post(url) if name in POSTS else client.get(url)


def test_every_address_is_classified():
    found = list(patterns(get_resolver().url_patterns))
    named = {name for _, name in found if name}
    assert named - {"sign-in", "set-password"} == AGENT | MANAGER | SUPERUSER
    assert {f"/{path}" for path, name in found if not name} <= PUBLIC


@pytest.mark.parametrize("name", sorted(AGENT | MANAGER | SUPERUSER))
def test_the_anonymous_is_sent_to_sign_in(world, name):
    answer = ask(Client(), name, world.arguments(name))
    if name != "sign-out":
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("name", sorted(AGENT - {"sign-out", "team-switch"}))
def test_an_agent_may_open_what_is_their_teams(world, name, signed_in, agent):
    answer = ask(signed_in(agent), name, world.arguments(name))
    assert answer.status_code in {200, 302}
    assert "/sign-in/" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("name", sorted(MANAGER))
def test_an_agent_may_not_do_what_is_the_managers(world, name, signed_in, agent):
    assert ask(signed_in(agent), name, world.arguments(name)).status_code == 403


@pytest.mark.parametrize("name", sorted(MANAGER))
def test_a_manager_may(world, name, signed_in, manager):
    assert ask(signed_in(manager), name, world.arguments(name)).status_code in {200, 302, 422}


@pytest.mark.parametrize("name", sorted(SUPERUSER))
def test_a_manager_may_not_do_what_is_the_superusers(world, name, signed_in, manager):
    assert ask(signed_in(manager), name, world.arguments(name)).status_code == 403
    boss = User.objects.create_superuser("boss")
    assert ask(signed_in(boss), name, world.arguments(name)).status_code == 200


def differences(stranger: Client, world: World, names: set[str]) -> list[str]:
    """Addresses where another team's row can be told from one that never was."""
    found = []
    for name in sorted(names):
        arguments = world.arguments(name)
        if not arguments or name == "go":
            continue
        missing = ["0" * 8 + "-0000-0000-0000-" + "0" * 12] if "call" in name else [99_999_999]
        theirs, nobodys = ask(stranger, name, arguments), ask(stranger, name, missing)
        if (theirs.status_code, body(theirs)) != (404, body(nobodys)):
            found.append(f"{name}: {theirs.status_code} against {nobodys.status_code}")
    return found


def body(answer: HttpResponse) -> str:
    """The page without the token that differs at every request."""
    text = b"".join(answer).decode()
    token = answer.wsgi_request.META.get("CSRF_COOKIE", "")
    return "\n".join(line for line in text.splitlines() if "csrf" not in line.lower() or not token)


def test_a_stranger_cannot_tell_our_rows_from_rows_that_never_were(world, signed_in, stranger):
    assert differences(signed_in(stranger), world, AGENT | MANAGER) == []


@pytest.mark.parametrize(
    ("door", "name"),
    [("lookups", "lookup"), ("calls", "call"), ("credentials", "credential")],
)
def test_a_door_that_forgets_the_team_would_be_found(
    world, signed_in, stranger, monkeypatch, door, name
):
    model = {"lookups": Lookup, "calls": Call, "credentials": Credential}[door]
    monkeypatch.setattr(access, door, lambda desk: model.objects.all())
    assert differences(signed_in(stranger), world, {name}) != []


def test_lists_and_search_and_exports_hold_nothing_of_another_team(world, signed_in, stranger):
    theirs = signed_in(stranger)
    told = [
        theirs.get(reverse(name)).content.decode() for name in ("lookups", "credentials", "team")
    ]
    told += [theirs.get(reverse("calls"), {"q": world.call.uuid}).content.decode()]
    export = theirs.get(reverse("calls-export"), {"format": "csv"})
    rows = b"".join(export.streaming_content).decode().splitlines()
    assert len(rows) == 1
    assert world.credential.label not in "".join(told)
    assert f"/calls/{world.call.uuid}/" not in "".join(told)


def test_a_credential_of_another_team_cannot_be_used(world, signed_in, stranger):
    sent = {
        "text": some_uuids(1)[0],
        "credential": world.credential.pk,
        "fetch_attempt": "ALL",
        "nonce": "7c0e4a51-0b4e-4f0e-9a3f-5a51d9b0c2de",
    }
    answer = signed_in(stranger).post(reverse("new-lookup"), sent)
    assert answer.status_code == 422
    assert Lookup.objects.count() == 1


def test_leaving_the_team_ends_access_with_the_next_page(world, signed_in, agent):
    client = signed_in(agent)
    assert client.get(world.lookup.get_absolute_url()).status_code == 200
    Member.objects.filter(user=agent).delete()
    assert client.get(world.lookup.get_absolute_url()).status_code == 403


def test_a_disabled_account_is_signed_out_with_the_next_page(world, signed_in, agent):
    client = signed_in(agent)
    User.objects.filter(pk=agent.pk).update(is_active=False)
    assert client.get(world.lookup.get_absolute_url()).status_code == 302


def test_a_superuser_is_a_manager_of_every_team(world, signed_in, other_team):
    boss = User.objects.create_superuser("boss", password="cast-password")
    client = signed_in(boss)
    assert client.post(reverse("team-switch"), {"team": "delays"}).status_code == 302
    assert client.get(world.lookup.get_absolute_url()).status_code == 200
    assert client.get(reverse("audit")).status_code == 200


def test_no_one_switches_into_a_team_that_is_not_theirs(world, signed_in, stranger):
    client = signed_in(stranger)
    assert client.post(reverse("team-switch"), {"team": "delays"}).status_code == 404
    assert client.get(world.lookup.get_absolute_url()).status_code == 404


def test_a_get_changes_nothing(world, signed_in, manager):
    client = signed_in(manager)

    def rows() -> list[object]:
        models = [Lookup, Call, Credential, Member]
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = rows()
    for name in sorted((AGENT | MANAGER) - POSTS):
        ask(client, name, world.arguments(name))
    assert rows() == before


@pytest.mark.parametrize("name", sorted(POSTS))
def test_a_post_without_a_token_is_refused(world, name, manager):
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager)
    assert ask(client, name, world.arguments(name)).status_code == 403


def test_seeing_numbers_and_exporting_are_in_the_audit(world, signed_in, agent):
    client = signed_in(agent)
    client.post(reverse("call-numbers", args=[world.call.uuid]))
    client.get(reverse("lookup-export", args=[world.lookup.pk]), {"format": "csv"})
    told = AuditEvent.objects.filter(by="asha").values_list("event", flat=True)
    assert {"numbers_shown", "exported"} <= set(told)


def paused(world: World) -> None:
    ledger.pause(world.credential, "The address of the portal is not whitelisted.")


@pytest.mark.parametrize("name", ["credentials", "new-lookup"])
def test_an_agent_never_sees_an_endpoint_or_an_id(world, name, signed_in, agent):
    paused(world)
    page = signed_in(agent).get(reverse(name)).content.decode()
    assert world.credential.endpoint_url not in page


def test_no_page_holds_a_secret_whoever_asks(world, signed_in, manager):
    client = signed_in(manager)
    for name in sorted((AGENT | MANAGER) - {"sign-out"}):
        page = ask(client, name, world.arguments(name))
        text = b"".join(page.streaming_content) if page.streaming else page.content
        assert DEMO_SECURITY_ID.encode() not in text, name
        assert DEMO_FLOW_ID.encode() not in text, name
