"""Rows straight through the ORM, each call with a few facts that matter to its test."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from lookups import people
from lookups.models import Attempt, Call, Credential, Lookup, LookupItem, Member, Team, User

NOON = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
_counter = itertools.count(1)


def a_team(slug: str = "", **facts: Any) -> Team:
    slug = slug or f"team-{next(_counter)}"
    return Team.objects.create(slug=slug, name=slug.title(), **facts)


def a_user(username: str = "") -> User:
    return User.objects.create(username=username or f"person-{next(_counter)}")


def a_credential(team: Team, label: str = "") -> Credential:
    return Credential.objects.create(
        team=team,
        label=label or f"Credential {next(_counter)}",
        endpoint_url="https://example.test/pull",
    )


def a_uuid() -> str:
    return f"00000000-0000-4000-8000-{next(_counter):012x}"


def a_call(team: Team, **facts: Any) -> Call:
    values = {
        "uuid": a_uuid(),
        "outcome": "answered",
        "flow_status": "COMPLETED",
        "listed_at": NOON,
        "fetched_at": NOON + timedelta(hours=1),
        "first_fetched_at": NOON + timedelta(hours=1),
    } | facts
    if "credential" not in values:
        values["credential"] = Credential.objects.for_team(team).first() or a_credential(team)
    return Call.objects.create(team=team, **values)


def an_attempt(call: Call, number: int = 1, **facts: Any) -> Attempt:
    values = {
        "key": f"id:{number}",
        "outcome": "no_answer",
        "cause_code": "18",
        "raw": '{"n": 1}',
        "fetched_at": call.fetched_at,
    } | facts
    return Attempt.objects.create(call=call, number=number, **values)


def a_lookup(team: Team, items: list[dict[str, Any]] | None = None, **facts: Any) -> Lookup:
    """A lookup with one item for each dict of facts, in that order; {} is a pending item."""
    rows = [
        {"kind": "unique", "outcome": "pending" if item.get("kind", "unique") == "unique" else ""}
        | item
        for item in items or []
    ]
    counts = {kind: sum(row["kind"] == kind for row in rows) for kind in LookupItem.Kind.values}
    values = {
        "asked_by": a_user(),
        "entries": len(rows),
        "unique": counts["unique"],
        "duplicates": counts["duplicate"],
        "rejected": counts["rejected"],
        "blank": 0,
    } | facts
    if "credential" not in values:
        values["credential"] = Credential.objects.for_team(team).first() or a_credential(team)
    lookup = Lookup.objects.create(team=team, **values)
    for place, row in enumerate(rows, 1):
        _an_item(lookup, place, row)
    return lookup


def _an_item(lookup: Lookup, place: int, row: dict[str, Any]) -> LookupItem:
    call = row.get("call")
    uuid = row.get("uuid", call.uuid if call else a_uuid())
    if row["kind"] == "rejected":
        uuid = ""
    values = {"position": place, "line": place, "text": uuid or "no id", "uuid": uuid} | row
    return LookupItem.objects.create(lookup=lookup, **values | {"uuid": uuid})


def join(person: User, team: Team, *, role: str = "agent") -> Member:
    """Invites a person who has an account, and accepts for them."""
    invitation, _ = people.add_member(team, username=person.username, role=role, by=None)
    return people.accept(invitation)
