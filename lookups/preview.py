"""What a lookup would be, before anything is sent: counts, reuse, requests, time."""

from collections.abc import Iterator
from dataclasses import dataclass

from lookups import intake, progress
from lookups.lifecycle import reusable
from lookups.models import Credential

CHUNK = 2000


@dataclass(frozen=True)
class Preview:
    """`unique = reused + to_fetch`; `seconds` is a rough guess from the credential's limits."""

    summary: intake.Summary | None = None
    reused: int = 0
    to_fetch: int = 0
    requests: int = 0
    seconds: float = 0
    paused: str = ""
    problem: str = ""


def of(
    source: intake.Source,
    credential: Credential | None,
    *,
    limits: intake.Limits,
    fetch_attempt: str,
    refresh: bool,
) -> Preview:
    """Reads the source once for the counts and once for what the store already has.

    Raises IntakeError when the source cannot be read or holds too much.
    """
    summary = intake.summarise(source, limits)
    if credential is None:
        return Preview(summary=summary, to_fetch=summary.unique)
    reused = 0 if refresh else _count_reusable(source, credential, limits, fetch_attempt)
    to_fetch = summary.unique - reused
    requests = -(-to_fetch // credential.batch_size)
    paused = credential.paused_reason if credential.state == Credential.State.PAUSED else ""
    return Preview(
        summary=summary,
        reused=reused,
        to_fetch=to_fetch,
        requests=requests,
        seconds=progress.expected(requests, credential).total_seconds() if requests else 0,
        paused=paused,
    )


def _count_reusable(
    source: intake.Source, credential: Credential, limits: intake.Limits, fetch_attempt: str
) -> int:
    return sum(
        reusable(credential.team, uuids, fetch_attempt).count()
        for uuids in _unique_uuids(source, limits)
    )


def _unique_uuids(source: intake.Source, limits: intake.Limits) -> Iterator[list[str]]:
    chunk: list[str] = []
    for entry in intake.entries(source, limits):
        if entry.kind is intake.Kind.UNIQUE:
            chunk.append(entry.uuid)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
