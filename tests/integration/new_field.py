"""A portal with one more field of an attempt: prints what becomes of its values, as JSON.

The field has a row in `lookups.fields` and a column in the model, and is named nowhere else. It
needs a process of its own, as all else is made from the table when it is imported.
"""

import json
from datetime import UTC, datetime, timedelta

from lookups import fields

ROW = fields.Field(
    "carrier", fields.Kind.TEXT, fields.Source.LEGS, ("carrier-name",), "Carrier", "carrier"
)
UUID = "5bc8fbbc-bde5-4099-8164-d8399f767c45"
NOON = datetime(2026, 11, 12, 6, 30, tzinfo=UTC)


def main() -> None:
    fields.ATTEMPT = (*fields.ATTEMPT, ROW)
    import django

    django.setup()
    add_column()
    print(json.dumps(what_becomes_of_it()))


def add_column() -> None:
    from django.core.management import call_command
    from django.db import connection, models

    from lookups.models import Attempt

    call_command("migrate", verbosity=0)
    column = models.CharField(max_length=5, blank=True, default="")
    column.contribute_to_class(Attempt, "carrier")
    with connection.schema_editor() as editor:
        editor.add_field(Attempt, column)


def what_becomes_of_it() -> dict[str, object]:
    from lookups import exports
    from lookups.models import Attempt, Call, Change, Fetch
    from lookups.views.changes import ATTEMPT_LABELS
    from tests.integration.builders import a_lookup, a_team

    lookup = a_lookup(a_team(), fetch_attempt="ALL")
    fetch = Fetch.objects.create(
        team=lookup.team, lookup=lookup, credential=lookup.credential, uuid_count=1,
        lookup_requests=1, claimed_at=NOON,
    )  # fmt: skip
    usual = taken(fetch, '"Airtel"')
    fetch.claimed_at += timedelta(minutes=1)
    odd = taken(fetch, '["Airtel"]')
    fetch.claimed_at += timedelta(minutes=1)
    taken(fetch, '"Vodafone"')
    stored = Attempt.objects.get()
    table = exports.call_rows(Call.objects.all(), lookup.team)
    [row] = table.rows
    return {
        "read": [getattr(usual, "carrier", None), usual.unknown],
        "with care": [getattr(odd, "carrier", None), odd.unknown],
        "row": stored.carrier,
        "changes": [one.cells.get("carrier") for one in Change.objects.order_by("id")],
        "label": ATTEMPT_LABELS.get("carrier"),
        "export": dict(zip(table.columns, row, strict=True)).get("carrier"),
    }


def taken(fetch, value: str):
    """Reads and records a reply with that value in a leg; gives the attempt that was read."""
    from django.db import transaction

    from lookups import recording
    from lookups.pull import RawReply

    reply = RawReply([UUID], 200, reply_with(value), None, has_location=False).read()
    with transaction.atomic():
        recording.record([recording.prepare(fetch, reply)])
    return reply.calls[UUID].attempts[0]


def reply_with(value: str) -> bytes:
    return f"""{{"apiResponseCode": 200, "data": [{{"phonon-uuid": "{UUID}", "attempts": [
        {{"attemptId": "a-1", "callDetails": [{{"carrierName": {value}}}]}}]}}]}}""".encode()


if __name__ == "__main__":
    main()
