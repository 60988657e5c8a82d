"""What the store has already, so that Phonon need not be asked again."""

from collections.abc import Iterable

from django.db.models import QuerySet

from lookups.models import Call, Lookup, Team


def reusable(team: Team, uuids: Iterable[str], fetch_attempt: str) -> QuerySet[Call]:
    """The team's stored calls among `uuids` that a lookup takes as they are.

    They are final, and whole where all attempts are asked for.
    """
    calls = Call.objects.of_uuids(team.pk, uuids).filter(is_final=True)
    return calls.filter(is_whole=True) if fetch_attempt == Lookup.FetchAttempt.ALL else calls
