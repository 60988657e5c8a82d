"""Takes telephone numbers out of what the audit noted of searches and of Phonon's own words.

A query is kept but for its words with five digits or more: each may be a number or a part of one.
"""

import re
from collections.abc import Iterable

from django.db import migrations

HIDDEN = "••••"
BATCH = 500
WORD = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
# Written by the portal's own rules, and no number.
PLAIN = re.compile(
    r"-?(?:(?:after|before|on|talk|attempts|lookup|uuid):\S*"
    r"|(?:\w+:)?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})",
    re.IGNORECASE,
)
# With what may stand between the digits of a number, from the first to the last of five or more.
DIGITS = re.compile(r"\+?\(?\d(?:[^\dA-Za-z:\"]*\d){4,}")


def mask_queries(apps, schema_editor):
    events = apps.get_model("lookups", "AuditEvent").objects
    changed = []
    for event in events.filter(event__in=["exported", "credential_paused"]).iterator(BATCH):
        facts = {name: _masked(value) for name, value in event.facts.items()}
        if facts != event.facts:
            event.facts = facts
            changed.append(event)
        if len(changed) == BATCH:
            events.bulk_update(changed, ["facts"])
            changed = []
    events.bulk_update(changed, ["facts"])


def _masked(value):
    if not isinstance(value, str):
        return value
    # "+91 98123 42728" is one number in three words.
    return "".join(_pieces(value))


def _pieces(text: str) -> Iterable[str]:
    place = 0
    for word in WORD.finditer(text):
        if PLAIN.fullmatch(word[0]):
            yield from (DIGITS.sub(HIDDEN, text[place : word.start()]), word[0])
            place = word.end()
    yield DIGITS.sub(HIDDEN, text[place:])


class Migration(migrations.Migration):
    dependencies = [
        ("lookups", "0020_number_searches"),
    ]

    operations = [
        migrations.RunPython(mask_queries, migrations.RunPython.noop, elidable=True),
    ]
