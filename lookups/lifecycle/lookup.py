"""What people do with a lookup: submit, cancel, retry, refresh."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from lookups import audit, intake, ledger, wake
from lookups.intake import Entry, Summary
from lookups.lifecycle import placing, uploads
from lookups.lifecycle.naming import name_of
from lookups.lifecycle.progress import HAS_FAILED, MAY_HAVE_NEWS
from lookups.lifecycle.uploads import Material
from lookups.models import Call, Credential, Lookup, LookupItem, Team, Upload, User
from lookups.refusal import Refusal
from lookups.story.masking import cut

# The smallest lookup is claimed first; counted as one of this many requests the watch is the last.
AFTER_PEOPLE = 1_000_000_000

FILE_TAKEN = "This file is being looked up already. Choose it again to look it up once more."


class Refused(Refusal):
    """The lookup cannot be made or go on; `sentence` says why and what to do.

    Refused
    ├── NothingToLookUp    no entry holds a Phonon UUID
    ├── ColumnNotChosen    several columns hold UUIDs, and nobody said which one is meant
    └── Retired            its credential is out of use for good
    """


class NothingToLookUp(Refused):
    pass


class ColumnNotChosen(Refused):
    def __init__(self, table: intake.Table) -> None:
        super().__init__(table.question)
        self.columns = table.holders


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
    nonce: UUID = field(default_factory=uuid4)


def submit(material: Material, asked: Asked, opened: intake.Source | None = None) -> Lookup:
    """Reads what was handed in, stores the lookup, and places its first entries.

    What is more than one chunk is placed by a worker. The same nonce sent twice gives the lookup
    that the first one made. A call that is final is not asked for again unless `refresh`. What goes
    without saying of the file is stored with what the person chose. `opened` is the material's
    source, where it is at hand. Raises Refused and IntakeError; nothing is stored then.
    """
    if stored := submitted(asked):
        return stored
    source, limits = opened or material.source(), material.limits()
    if source.table and source.table.question:
        raise ColumnNotChosen(source.table)
    material = replace(material, choices=source.as_read(material.choices))
    summary = intake.summarise(source, limits)
    if not summary.unique:
        raise NothingToLookUp(_nothing_found(summary))
    entries = intake.entries(source, limits)
    first = placing.next_chunk(entries)
    try:
        with transaction.atomic():
            return _store(material, asked, summary, first)
    except IntegrityError:
        # A second click came while the first was being stored: give what the first made.
        if stored := submitted(asked):
            return stored
        if material.upload and not Upload.objects.filter(pk=material.upload.pk, lookup=None):
            raise Refused(FILE_TAKEN) from None
        raise


def submitted(asked: Asked) -> Lookup | None:
    """The lookup that the same person has made with the same nonce, if there is one."""
    mine = Lookup.objects.for_team(asked.credential.team).filter(asked_by=asked.by)
    return mine.filter(nonce=asked.nonce).first()


def _store(material: Material, asked: Asked, summary: Summary, first: list[Entry]) -> Lookup:
    lookup = Lookup.objects.create(
        team=asked.credential.team,
        asked_by=asked.by,
        credential=asked.credential,
        title=cut(asked.title.strip() or name_of(material, summary.unique, first), 120),
        fetch_attempt=asked.fetch_attempt,
        refresh=asked.refresh,
        nonce=asked.nonce,
        source=cut(material.name or "pasted text", 200),
        input_columns=list(summary.columns),
        entries=summary.entries,
        unique=summary.unique,
        duplicates=summary.duplicates,
        rejected=summary.rejected,
        blank=summary.blank,
        choices=uploads.stored_choices(material.choices),
        upload=_upload(material, asked, is_needed=summary.entries > len(first)),
    )
    placing.place(lookup, first)
    # At the end, because answers for other lookups need this row while the items are written.
    _hold_usable(asked.credential)
    audit.record(
        audit.Event.LOOKUP_SUBMITTED, by=asked.by, team=lookup.team, about=f"lookup {lookup.pk}",
        unique=lookup.unique, credential=asked.credential.label,
    )  # fmt: skip
    lookup.refresh_from_db()
    if lookup.is_running:
        wake.workers()
    return lookup


def _upload(material: Material, asked: Asked, *, is_needed: bool) -> Upload | None:
    """Where the entries that are not placed yet are read from."""
    if material.upload or not is_needed:
        return material.upload
    return uploads.keep(material, team=asked.credential.team, by=asked.by)


def _hold_usable(credential: Credential) -> None:
    """Locks the credential so that nobody retires it meanwhile. Raises Retired.

    Others may still write rows that refer to it, which a worker does that holds calls of ours.
    """
    usable = Credential.objects.usable().select_for_update(of=("self",), no_key=True)
    if not usable.filter(pk=credential.pk).exists():
        raise Retired(f"The credential {credential} is retired. Start a new lookup with another.")


def _nothing_found(summary: Summary) -> str:
    if not summary.rejected:
        return "There is nothing here yet. Paste Phonon UUIDs, or choose a file that holds some."
    read = summary.rejected
    lines = "the one entry" if read == 1 else f"any of the {read:,} entries"
    return (
        f"There is no Phonon UUID in {lines} here. A UUID looks like "
        "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436: 32 digits 0–9 and a–f in five groups."
    )


def last_used_credential(team: Team, *, by: User) -> int | None:
    """The credential of the person's newest lookup in the team, as most days one is enough."""
    newest = Lookup.objects.for_team(team).filter(asked_by=by).order_by("-pk")
    return newest.values_list("credential", flat=True).first()


def cancel(lookup: Lookup, *, by: User) -> int:
    """Stops what was not fetched yet; how many items that were. What came stays."""
    with transaction.atomic():
        stopped = ledger.cancel(lookup)
        cancelled = Lookup.objects.filter(pk=lookup.pk, status=Lookup.Status.CANCELLED)
        cancelled.end_watch("The lookup was cancelled.")
        if stopped:
            about = f"lookup {lookup.pk}"
            audit.record(
                audit.Event.LOOKUP_CANCELLED, by=by, team=lookup.team, about=about, items=stopped
            )
    return stopped


def retry(lookup: Lookup, *, by: User) -> int:
    """Asks again for the items that failed or were cancelled; how many. Raises Retired."""
    return _ask_again(lookup, HAS_FAILED, event=audit.Event.LOOKUP_RETRIED, by=by)


def refresh(lookup: Lookup, *, by: User) -> int:
    """Asks again for calls that were not found or were not final; how many. Raises Retired.

    A call that was found stays with its item until there is news of it.
    """
    return _ask_again(lookup, MAY_HAVE_NEWS, event=audit.Event.LOOKUP_REFRESHED, by=by)


def refresh_call(call: Call, *, by: User) -> Lookup:
    """A lookup of this one call, asked for even when it is final. Raises Retired."""
    asked = Asked(call.credential, by, title=f"Refresh of {call.uuid[:8]}", refresh=True)
    return submit(uploads.pasted(call.uuid), asked)


def _ask_again(lookup: Lookup, which: Q, *, event: audit.Event, by: User) -> int:
    with transaction.atomic():
        # Two clicks at once: the second waits here and then finds nothing left to ask for.
        lookup = lock_for_run(lookup)
        ids = list(to_ask(lookup, which).order_by("position").values_list("pk", flat=True))
        if ids or not lookup.is_placed:
            plan_again(lookup, ids)
            audit.record(
                event, by=by, team=lookup.team, about=f"lookup {lookup.pk}", items=len(ids)
            )
            wake.workers()
    return len(ids)


def lock_for_run(lookup: Lookup) -> Lookup:
    """The lookup as it is now, locked, and its credential with it. Raises Retired."""
    _hold_usable(lookup.credential)
    locked = Lookup.objects.select_for_update(of=("self",))
    return locked.select_related("credential", "team").get(pk=lookup.pk)


def to_ask(lookup: Lookup, which: Q) -> QuerySet[LookupItem]:
    """Those of the lookup's unique items."""
    return lookup.items.filter(which, kind=LookupItem.Kind.UNIQUE)


def plan_again(lookup: Lookup, ids: Sequence[int], *, is_watch: bool = False) -> None:
    """Begins another run of the lookup, with requests for these items. Needs `lock_for_run`."""
    size = lookup.credential.batch_size
    batches = [ids[start : start + size] for start in range(0, len(ids), size)]
    requests = len(batches) + (AFTER_PEOPLE if is_watch else 0)
    for batch in batches:
        ledger.plan(lookup, batch, lookup_requests=requests, is_watch=is_watch)
    Lookup.objects.filter(pk=lookup.pk).update(
        status=Lookup.Status.RUNNING, started_at=timezone.now(), ended_at=None
    )
