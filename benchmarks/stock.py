"""A store that is full already: what is there is doubled until it holds enough attempts."""


def fill(attempts: int) -> int:
    """Doubles the stored calls and their attempts until there are that many; how many there are.

    The copies get ids behind the others and UUIDs of their own; all else stays as it came.
    """
    from django.db import connection, transaction
    from django.db.models import Max

    from lookups.models import Attempt, Call
    from lookups.recording.columns import ATTEMPT_COLUMNS, CALL_COLUMNS

    while Attempt.objects.count() < attempts:
        offset = Call.objects.aggregate(last=Max("pk"))["last"]
        calls = {name: name for name in CALL_COLUMNS} | {"uuid": _random_uuid(connection.vendor)}
        told = {name: name for name in ATTEMPT_COLUMNS} | {"call_id": f"call_id + {offset}"}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_copy("lookups_call", {"id": f"id + {offset}"} | calls))
            cursor.execute(_copy("lookups_attempt", told))
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence('lookups_call', 'id'), %s)", [2 * offset]
                )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Attempt.objects.count()


def _copy(table: str, values: dict[str, str]) -> str:
    names, sources = ", ".join(values), ", ".join(values.values())
    return f"INSERT INTO {table} ({names}) SELECT {sources} FROM {table}"


def _random_uuid(vendor: str) -> str:
    if vendor == "postgresql":
        return "gen_random_uuid()::text"
    digits = "lower(hex(randomblob({})))"
    return " || '-' || ".join(digits.format(n) for n in (4, 2, 2, 2, 6))
