"""What a lookup would be, before anything is sent: counts, reuse, requests, time."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils import timezone

from lookups import intake
from lookups.lifecycle import progress
from lookups.lifecycle.uploads import Material
from lookups.models import Call, Credential

CHUNK = 2000


@dataclass(frozen=True)
class Preview:
    """`unique = reused + to_fetch`; `seconds` is a rough guess from the credential's limits, and
    not before its rest is over."""

    source: intake.Source | None = None
    summary: intake.Summary | None = None
    reused: int = 0
    to_fetch: int = 0
    requests: int = 0
    seconds: float = 0
    problem: str = ""

    @property
    def question(self) -> str:
        """What the person must say before this can be looked up, or ""."""
        return self.source.table.question if self.source and self.source.table else ""

    @property
    def taken(self) -> str:
        """One line of what was taken for what, or ""."""
        return intake.taken(self.source) if self.source else ""


def preview_of(
    material: Material, credential: Credential | None, *, fetch_attempt: str, refresh: bool
) -> Preview:
    """Reads what was handed in once, and asks the store for what was read.

    What cannot be read, or is too much, becomes the preview's problem, with the source as far as it
    was opened.
    """
    source = None
    try:
        source = material.source()
        summary = intake.summarise(source, material.limits())
    except intake.IntakeError as error:
        return Preview(source=source, problem=error.sentence)
    if credential is None:
        return Preview(source=source, summary=summary, to_fetch=summary.unique)
    reused = 0 if refresh else _count_reusable(summary, credential, fetch_attempt)
    to_fetch = summary.unique - reused
    requests = -(-to_fetch // credential.batch_size)
    return Preview(
        source=source,
        summary=summary,
        reused=reused,
        to_fetch=to_fetch,
        requests=requests,
        seconds=_seconds(requests, credential) if requests else 0,
    )


def _seconds(requests: int, credential: Credential) -> float:
    pace = progress.expected(requests, credential)
    return max(pace, credential.open_until - timezone.now()).total_seconds()


def _count_reusable(summary: intake.Summary, credential: Credential, fetch_attempt: str) -> int:
    if not Call.objects.for_team(credential.team).exists():
        return 0
    return sum(
        Call.objects.reusable(credential.team_id, uuids, fetch_attempt=fetch_attempt).count()
        for uuids in _chunks(iter(summary.uuids))
    )


def _chunks(uuids: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(uuids, CHUNK)):
        yield chunk
