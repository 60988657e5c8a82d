"""Entries → items and the requests they belong to, a chunk a transaction.

The first chunk is placed with the submission, a worker places the rest: so the page answers at once
and no transaction is long. The lookup knows how far it has come (`placed`), and a chunk stands only
if that is still where it began. A worker that dies or is overtaken leaves nothing half done.
"""

import json
import logging
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice, repeat

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from lookups import intake, ledger
from lookups.database.locks import check_references
from lookups.intake import Entry, Kind
from lookups.lifecycle import uploads
from lookups.models import Call, ItemRow, Lookup, LookupItem, Upload, insert_items
from lookups.story.masking import cut

log = logging.getLogger(__name__)

CHUNK = 2000
# Of what comes along with the entries of a chunk: all of it is held until it is written.
CHUNK_CHARACTERS = 4_000_000
TROUBLED_SECONDS = 300
# Between two looks for the lookup to place: which one is next, or whether there is one.
LOOK_SECONDS = 0.2
FOUND = LookupItem.Outcome.FOUND.value


class Overtaken(Exception):
    """The lookup is no longer where the chunk began: another worker was faster, or it was
    cancelled or deleted meanwhile. Nothing of the chunk was written."""


def next_chunk(entries: Iterator[Entry]) -> list[Entry]:
    """The next 2,000 entries, or fewer where much comes along with them."""
    chunk, beside = [], 0
    for entry in islice(entries, CHUNK):
        chunk.append(entry)
        beside += sum(map(len, entry.columns.values()))
        if beside > CHUNK_CHARACTERS:
            break
    return chunk


def place(lookup: Lookup, chunk: Sequence[Entry]) -> None:
    """Writes the items that follow what is placed, in one transaction. Raises Overtaken."""
    begun_at = lookup.placed
    try:
        with transaction.atomic():
            _write(lookup, chunk)
    except IntegrityError:
        # Another worker wrote the same places, or the lookup is gone. Anything else is raised.
        if Lookup.objects.filter(pk=lookup.pk, placed=begun_at).exists():
            raise
        raise Overtaken from None


def _write(lookup: Lookup, chunk: Sequence[Entry]) -> None:
    is_last = chunk[-1].position == lookup.entries
    known = _known_calls(lookup, chunk)
    to_ask = sum(1 for entry in chunk if entry.kind is Kind.UNIQUE and entry.uuid not in known)
    if lookup.status == Lookup.Status.CANCELLED:
        outcome = LookupItem.Outcome.CANCELLED
        requests: Iterator[int | None] = repeat(None, to_ask)
    else:
        outcome = LookupItem.Outcome.PENDING
        requests = iter(_requests(lookup, to_ask, is_last=is_last))
    insert_items(
        _item(lookup, entry, known, outcome.value, requests)
        for entry in chunk
        if entry.kind is not Kind.BLANK
    )
    # Calls are locked before lookups and credentials, as by the workers that write them.
    check_references()
    here = Lookup.objects.filter(pk=lookup.pk, placed=lookup.placed, status=lookup.status)
    if not here.update(placed=chunk[-1].position):
        raise Overtaken
    lookup.placed = chunk[-1].position
    if is_last:
        Upload.objects.filter(lookup=lookup).delete()
        ledger.end_if_complete(lookup.pk)


def _known_calls(lookup: Lookup, chunk: Sequence[Entry]) -> dict[str, int]:
    """The stored calls that need not be asked for again, by UUID."""
    if lookup.refresh:
        return {}
    uuids = [entry.uuid for entry in chunk if entry.kind is Kind.UNIQUE]
    known = Call.objects.reusable(lookup.team_id, uuids, fetch_attempt=lookup.fetch_attempt)
    return dict(known.values_list("uuid", "pk"))


def _requests(lookup: Lookup, to_ask: int, *, is_last: bool) -> list[int]:
    # How many there will be is known only at the end; at most as many as there are UUIDs.
    most = to_ask if is_last and not lookup.placed else lookup.unique
    return ledger.fill(
        lookup, to_ask, lookup_requests=-(-most // lookup.credential.batch_size), is_last=is_last
    )


def _item(
    lookup: Lookup,
    entry: Entry,
    known: dict[str, int],
    outcome: str,
    requests: Iterator[int | None],
) -> ItemRow:
    call_id, fetch_id, became = None, None, ""
    if entry.kind is Kind.UNIQUE:
        call_id = known.get(entry.uuid)
        became = FOUND if call_id else outcome
        fetch_id = None if call_id else next(requests)
    return ItemRow(
        lookup_id=lookup.pk,
        position=entry.position,
        line=entry.line,
        kind=str(entry.kind),
        text=cut(entry.text, 200),
        uuid=entry.uuid,
        read_as=cut(entry.read_as, 100),
        first_line=entry.first_line,
        columns=json.dumps(entry.columns) if entry.columns else "{}",
        outcome=became,
        reason=entry.reason,
        fetch_id=fetch_id,
        call_id=call_id,
    )


class Placer:
    """Places what lookups still have to read, a chunk a call.

    The upload stays open between calls, so that a large one is read once. With `lookup`, only that
    one's.
    """

    def __init__(self, *, worker: str, lookup: Lookup | None = None) -> None:
        self._worker = worker
        self._only = lookup
        self._reading: dict[int, tuple[int, Iterator[Entry]]] = {}
        self._in_hand: Lookup | None = None
        self._troubled: dict[int, float] = {}
        self._next_look = 0.0

    def __call__(self) -> bool:
        """Places one chunk; whether there was one.

        Raises OperationalError and InterfaceError while the database is locked or away.
        """
        if time.monotonic() >= self._next_look:
            self._in_hand = self._next()
            self._next_look = time.monotonic() + LOOK_SECONDS
        lookup, self._in_hand = self._in_hand, None
        if lookup is None:
            return False
        try:
            chunk = next_chunk(self._entries(lookup))
            place(lookup, chunk)
            self._reading[lookup.pk] = (lookup.placed, self._reading[lookup.pk][1])
            if lookup.is_placed:
                del self._reading[lookup.pk]
            else:
                self._in_hand = lookup
        except Overtaken:
            self._reading.pop(lookup.pk, None)
        except (OperationalError, InterfaceError):
            self._reading.pop(lookup.pk, None)
            raise
        except Exception:
            # What was read once at the submission should be readable again: an operator's case.
            # Others' lookups go on, and this one is tried again later.
            log.exception("The entries of lookup %s could not be placed", lookup.pk)
            self._reading.pop(lookup.pk, None)
            self._troubled[lookup.pk] = time.monotonic() + TROUBLED_SECONDS
        finally:
            if not self._in_hand:
                self._next_look = 0.0
        return True

    def _next(self) -> Lookup | None:
        """A lookup leased to us; those of which least is placed come first."""
        now = timezone.now()
        mine = Q(placer=self._worker) | Q(placer_until__lt=now)
        lookups = Lookup.objects.unplaced().filter(mine)
        if self._only:
            lookups = lookups.filter(pk=self._only.pk)
        if self._troubled:
            at = time.monotonic()
            lookups = lookups.exclude(pk__in=[pk for pk, to in self._troubled.items() if to > at])
        found = lookups.order_by("placed", "pk").values_list("pk", flat=True).first()
        until = now + timedelta(seconds=settings.LEASE_SECONDS)
        if found is None:
            return None
        leased = Lookup.objects.unplaced().filter(mine, pk=found)
        if not leased.update(placer=self._worker, placer_until=until):
            return None
        return Lookup.objects.select_related("team", "credential", "upload").get(pk=found)

    def _entries(self, lookup: Lookup) -> Iterator[Entry]:
        at, entries = self._reading.get(lookup.pk, (-1, iter(())))
        if at != lookup.placed:
            entries = entries_after(lookup)
            self._reading[lookup.pk] = (lookup.placed, entries)
        return entries


def entries_after(lookup: Lookup) -> Iterator[Entry]:
    """The entries that are not placed yet, from what was handed in."""
    material = uploads.material_of_lookup(lookup)
    for entry in intake.entries(material.source(), material.limits()):
        if entry.position > lookup.placed:
            yield entry
