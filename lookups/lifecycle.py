"""What people do with a lookup: submit, cancel, retry, refresh."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from lookups import audit, ledger
from lookups.intake import Entry, Kind
from lookups.models import (
    Call,
    Credential,
    Fetch,
    ItemRow,
    Lookup,
    LookupItem,
    Team,
    User,
    insert_items,
)
from lookups.progress import HAS_FAILED, MAY_HAVE_NEWS

CHUNK = 2000


class Refused(ValueError):
    """The lookup cannot be made or go on; `sentence` says why and what to do.

    Refused
    ├── NothingToLookUp    no entry holds a Phonon UUID
    └── Retired            its credential is out of use for good
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NothingToLookUp(Refused):
    pass


class Retired(Refused):
    pass


@dataclass
class Asked:
    """What one person asks for: with which credential, and how."""

    credential: Credential
    by: User
    fetch_attempt: str = Lookup.FetchAttempt.ALL
    title: str = ""
    refresh: bool = False
    source: str = ""
    input_columns: list[str] = field(default_factory=list)
    nonce: UUID = field(default_factory=uuid4)


def submit(entries: Iterable[Entry], asked: Asked) -> Lookup:
    """Stores the lookup, its items and its requests in one transaction.

    The same nonce sent twice gives the lookup that the first one made. A call that is final is not
    asked for again unless `refresh`. Raises Refused, and what `entries` raises; nothing is stored
    then.
    """
    if stored := _already_submitted(asked):
        return stored
    try:
        with transaction.atomic():
            return _store(entries, asked)
    except IntegrityError:
        # A second click came while the first was being stored: give what the first made.
        if stored := _already_submitted(asked):
            return stored
        raise


def _already_submitted(asked: Asked) -> Lookup | None:
    mine = Lookup.objects.for_team(asked.credential.team).filter(asked_by=asked.by)
    return mine.filter(nonce=asked.nonce).first()


def _store(entries: Iterable[Entry], asked: Asked) -> Lookup:
    lookup = Lookup.objects.create(
        team=asked.credential.team,
        asked_by=asked.by,
        credential=asked.credential,
        title=asked.title.strip()[:120],
        fetch_attempt=asked.fetch_attempt,
        nonce=asked.nonce,
        source=asked.source[:200],
        input_columns=asked.input_columns,
        entries=0, unique=0, duplicates=0, rejected=0, blank=0,
    )  # fmt: skip
    counts = dict.fromkeys(Kind, 0)
    planner = _Planner(lookup)
    for chunk in _chunks(entries, CHUNK):
        for entry in chunk:
            counts[entry.kind] += 1
        known = {} if asked.refresh else _final_calls(lookup, chunk)
        insert_items(
            _item(lookup, entry, known.get(entry.uuid), planner)
            for entry in chunk
            if entry.kind is not Kind.BLANK
        )
    if not counts[Kind.UNIQUE]:
        raise NothingToLookUp(_nothing_found(counts))
    planner.finish()
    lookup.entries = sum(counts.values())
    lookup.unique, lookup.duplicates = counts[Kind.UNIQUE], counts[Kind.DUPLICATE]
    lookup.rejected, lookup.blank = counts[Kind.REJECTED], counts[Kind.BLANK]
    lookup.save(update_fields=["entries", "unique", "duplicates", "rejected", "blank"])
    # At the end, because answers for other lookups need this row while the items are written.
    _hold_usable(asked.credential)
    ledger.end_if_complete(lookup.pk)
    audit.record(
        "lookup_submitted", by=asked.by, team=lookup.team, about=f"lookup {lookup.pk}",
        unique=lookup.unique, credential=asked.credential.label,
    )  # fmt: skip
    lookup.refresh_from_db()
    return lookup


def _hold_usable(credential: Credential) -> None:
    """Locks the credential so that nobody retires it meanwhile. Raises Retired."""
    usable = Credential.objects.usable().select_for_update(of=("self",))
    if not usable.filter(pk=credential.pk).exists():
        raise Retired(f"The credential {credential} is retired. Start a new lookup with another.")


def _nothing_found(counts: dict[Kind, int]) -> str:
    if not sum(counts.values()) - counts[Kind.BLANK]:
        return "There is nothing here yet. Paste Phonon UUIDs, or choose a file that holds some."
    read = counts[Kind.REJECTED]
    lines = "the one entry" if read == 1 else f"any of the {read:,} entries"
    return (
        f"There is no Phonon UUID in {lines} here. A UUID looks like "
        "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436: 32 digits 0–9 and a–f in five groups."
    )


def _chunks(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while chunk := list(islice(rest, size)):
        yield chunk


def _final_calls(lookup: Lookup, chunk: list[Entry]) -> dict[str, int]:
    """Calls that need not be asked for again, by UUID: final, and whole when all is asked for."""
    uuids = [entry.uuid for entry in chunk if entry.kind is Kind.UNIQUE]
    return dict(reusable(lookup.team, uuids, lookup.fetch_attempt).values_list("uuid", "pk"))


def reusable(team: Team, uuids: Iterable[str], fetch_attempt: str) -> QuerySet[Call]:
    """The team's stored calls among `uuids` that a lookup takes as they are."""
    calls = Call.objects.for_team(team).filter(uuid__in=list(uuids), is_final=True)
    return calls.filter(is_whole=True) if fetch_attempt == Lookup.FetchAttempt.ALL else calls


def last_used_credential(team: Team, *, by: User) -> int | None:
    """The credential of the person's newest lookup in the team, as most days one is enough."""
    newest = Lookup.objects.for_team(team).filter(asked_by=by).order_by("-pk")
    return newest.values_list("credential", flat=True).first()


class _Planner:
    """Hands out the Fetch that the next pending item belongs to, full ones first."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.size = lookup.credential.batch_size
        self.current: Fetch | None = None
        self.taken = 0
        self.requests = 0

    def next(self) -> Fetch:
        if self.current is None or self.taken == self.size:
            self.current = ledger.plan(self.lookup, [], lookup_requests=0)
            self.requests += 1
            self.taken = 0
        self.taken += 1
        return self.current

    def finish(self) -> None:
        """Writes the sizes, which are known only once every item is placed."""
        mine = Fetch.objects.filter(lookup=self.lookup)
        mine.update(uuid_count=self.size, lookup_requests=self.requests)
        if self.current is not None:
            mine.filter(pk=self.current.pk).update(uuid_count=self.taken)


def _item(lookup: Lookup, entry: Entry, call_id: int | None, planner: _Planner) -> ItemRow:
    outcome, fetch_id = "", None
    if entry.kind is Kind.UNIQUE and call_id is not None:
        outcome = LookupItem.Outcome.FOUND.value
    elif entry.kind is Kind.UNIQUE:
        outcome, fetch_id = LookupItem.Outcome.PENDING.value, planner.next().pk
    return ItemRow(
        lookup_id=lookup.pk,
        position=entry.position,
        line=entry.line,
        kind=entry.kind.value,
        text=entry.text[:200],
        uuid=entry.uuid,
        first_line=entry.first_line,
        columns=dict(entry.columns),
        outcome=outcome,
        reason=entry.reason,
        fetch_id=fetch_id,
        call_id=call_id,
    )


def cancel(lookup: Lookup, *, by: User) -> int:
    """Stops what was not fetched yet; how many items that were. What came stays."""
    with transaction.atomic():
        stopped = ledger.cancel(lookup)
        if stopped:
            about = f"lookup {lookup.pk}"
            audit.record("lookup_cancelled", by=by, team=lookup.team, about=about, items=stopped)
    return stopped


def retry(lookup: Lookup, *, by: User) -> int:
    """Asks again for the items that failed or were cancelled; how many. Raises Retired."""
    return _ask_again(lookup, HAS_FAILED, event="lookup_retried", by=by)


def refresh(lookup: Lookup, *, by: User) -> int:
    """Asks again for calls that were not found or were not final; how many. Raises Retired.

    A call that was found stays with its item until there is news of it.
    """
    return _ask_again(lookup, MAY_HAVE_NEWS, event="lookup_refreshed", by=by)


def refresh_call(call: Call, *, by: User) -> Lookup:
    """A lookup of this one call, asked for even when it is final. Raises Retired."""
    entry = Entry(position=1, line=1, kind=Kind.UNIQUE, text=call.uuid, uuid=call.uuid)
    asked = Asked(call.credential, by, title=f"Refresh of {call.uuid[:8]}", refresh=True)
    return submit([entry], asked)


def _ask_again(lookup: Lookup, which: Q, *, event: str, by: User) -> int:
    with transaction.atomic():
        _hold_usable(lookup.credential)
        # Two clicks at once: the second waits here and then finds nothing left to ask for.
        Lookup.objects.select_for_update(of=("self",)).get(pk=lookup.pk)
        items = lookup.items.filter(which, kind=LookupItem.Kind.UNIQUE).order_by("position")
        ids = list(items.values_list("pk", flat=True))
        size = lookup.credential.batch_size
        batches = [ids[start : start + size] for start in range(0, len(ids), size)]
        for batch in batches:
            ledger.plan(lookup, batch, lookup_requests=len(batches))
        if ids:
            Lookup.objects.filter(pk=lookup.pk).update(
                status=Lookup.Status.RUNNING, started_at=timezone.now(), ended_at=None
            )
            audit.record(
                event, by=by, team=lookup.team, about=f"lookup {lookup.pk}", items=len(ids)
            )
    return len(ids)
