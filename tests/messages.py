"""What Procrastinate holds of our messages, and of the workers that read them."""

from django.db import connection

from lookups.wake import THERE_IS_WORK


def ask(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def forget() -> None:
    """Takes away what other tests left; the tables are not Django's to empty."""
    ask(
        "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, "
        "procrastinate_workers"
    )


def waiting() -> int:
    return _count("todo")


def held() -> int:
    """Messages that a worker has taken and not finished."""
    return _count("doing")


def _count(status: str) -> int:
    found = ask(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = %s::text"
        "::procrastinate_job_status",
        THERE_IS_WORK,
        status,
    )
    return found[0][0]


def listeners() -> set[int]:
    """The database's processes that serve a connection which listens for messages."""
    found = ask(
        "SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND query ILIKE '%%LISTEN \"procrastinate%%' "
        "AND pid <> pg_backend_pid()"
    )
    return {pid for (pid,) in found}
