"""The planted fault: a portal without fencing tokens and unique keys. The storm must tell."""

import logging
from collections.abc import Iterable
from importlib import import_module
from typing import Any

FENCE = "token = %s AND state = 'claimed'"


def drop_unique_keys() -> None:
    from django.db import connection

    from lookups.models import Attempt, Call

    for model in (Attempt, Call):
        (constraint,) = model._meta.constraints
        model._meta.constraints = []  # SQLite makes the table anew, with what stands here
        with connection.schema_editor() as editor:
            editor.remove_constraint(model, constraint)
            # As fast to search as before, but nothing is refused.
            columns = [model._meta.get_field(name).column for name in constraint.fields]
            table = model._meta.db_table
            editor.execute(f"CREATE INDEX soak_{table} ON {table} ({', '.join(columns)})")


def without_fencing() -> None:
    """A claim counts as ours whatever its token says, and rows are only ever added."""
    from lookups import ledger
    from lookups.ledger import holding, settling
    from lookups.models import Fetch

    def anybodys(fetch: Fetch) -> Any:
        return Fetch.objects.filter(pk=fetch.pk)

    def renew_open(fetches: Iterable[Fetch]) -> None:
        # What has ended cannot be leased once more: the database would stop the worker.
        renew(Fetch.objects.filter(pk__in=[one.pk for one in fetches], state="claimed"))

    renew = ledger.renew
    assert FENCE in holding.REPLIED_SQL
    logging.disable(logging.CRITICAL)  # what goes wrong now is what was asked for
    holding.ours = anybodys
    holding.REPLIED_SQL = holding.REPLIED_SQL.replace(FENCE, "%s >= 0")
    ledger.renew = renew_open
    settling.lock_claim = lambda fetch: None
    # The package has a function of the same name.
    vars(import_module("lookups.recording.record"))["_stored_calls"] = lambda team, uuids: {}
