"""A portal with one more field of a call and of an attempt: prints what becomes of their values.

Each has a row in `lookups.fields` and a column in its model, and is named nowhere else. This needs
a process of its own, as all else is made from the table when it is imported.
"""

import json
from datetime import UTC, datetime, timedelta

from lookups import fields

ROW = fields.Field(
    "carrier", fields.Kind.TEXT, fields.Source.LEGS, ("carrier-name",), "Carrier", "carrier"
)
ROW_OF_CALL = fields.Field(
    "campaign", fields.Kind.TEXT, fields.Source.OBJECT, ("campaign-name",), "Campaign", "campaign"
)
UUID = "5bc8fbbc-bde5-4099-8164-d8399f767c45"
NOON = datetime(2026, 11, 12, 6, 30, tzinfo=UTC)


def main() -> None:
    fields.ATTEMPT, fields.CALL = (*fields.ATTEMPT, ROW), (*fields.CALL, ROW_OF_CALL)
    import django

    django.setup()
    add_columns()
    print(json.dumps(what_becomes_of_them()))


def add_columns() -> None:
    from django.core.management import call_command
    from django.db import connection, models

    from lookups.models import Attempt, Call

    call_command("migrate", verbosity=0)
    for model, name in ((Attempt, "carrier"), (Call, "campaign")):
        column = models.CharField(max_length=5, blank=True, default="")
        column.contribute_to_class(model, name)
        with connection.schema_editor() as editor:
            editor.add_field(model, column)


def what_becomes_of_them() -> dict[str, object]:
    from lookups import exports
    from lookups.models import Attempt, Call, Change, Fetch
    from lookups.views.changes import ATTEMPT_LABELS, CALL_LABELS
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
    cells = dict(zip(table.columns, row, strict=True))
    return {
        "read": [usual.campaign, usual.attempts[0].carrier],
        "with care": [odd.campaign, odd.attempts[0].carrier],
        "unknown": [call.unknown | call.attempts[0].unknown for call in (usual, odd)],
        "row": [stored.call.campaign, stored.carrier],
        "changes": [one.cells for one in Change.objects.order_by("id")],
        "label": [CALL_LABELS["campaign"], ATTEMPT_LABELS["carrier"]],
        "export": [cells["campaign"], cells["carrier"]],
    }


def taken(fetch, value: str):
    """Reads and records a reply with that value in both fields; gives the call that was read."""
    from django.db import transaction

    from lookups import recording
    from lookups.pull import RawReply

    reply = RawReply([UUID], 200, reply_with(value), None, has_location=False).read()
    with transaction.atomic():
        recording.record([recording.prepare(fetch, reply)])
    return reply.calls[UUID]


def reply_with(value: str) -> bytes:
    return f"""{{"apiResponseCode": 200, "data": [{{
        "phonon-uuid": "{UUID}", "campaignName": {value}, "attempts": [
            {{"attemptId": "a-1", "callDetails": [{{"carrierName": {value}}}]}}
        ]}}]}}""".encode()


if __name__ == "__main__":
    main()
