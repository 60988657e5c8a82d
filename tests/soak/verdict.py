"""What became of the lookups, held against what the emulator knows."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from lookups.emulator import Emulator
from lookups.models import Attempt, Call, Fetch, Lookup, LookupItem
from tests.soak.world import SEED

CHUNK = 5000


@dataclass
class Verdict:
    """All zero but `items`, `attempts` and `requests` when nothing was lost, doubled or altered."""

    items: int = 0
    attempts: int = 0
    requests: int = 0
    lost: int = 0
    """Items that never ended, or are not found or lack attempts although the provider has them."""
    doubled: int = 0
    """Calls or attempts that are stored more than once."""
    unexpected: int = 0
    """Items that failed, calls nobody asked for, requests that never ended."""
    examples: list[str] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        return not (self.lost or self.doubled or self.unexpected)

    def note(self, what: str, text: str) -> None:
        setattr(self, what, getattr(self, what) + 1)
        if len(self.examples) < 10:
            self.examples.append(f"{what}: {text}")

    def __str__(self) -> str:
        return (
            f"{self.items:,} items, {self.attempts:,} attempts, {self.requests:,} requests: "
            f"{self.lost} lost, {self.doubled} doubled, {self.unexpected} unexpected"
        )


def judge(lookups: list[Lookup], *, may_fail: Collection[str] = ()) -> Verdict:
    """Reads every item, call and attempt of these lookups. Those that may fail may also not."""
    verdict = Verdict()
    truth = Emulator(seed=SEED)
    asked: set[tuple[int, str]] = set()
    for lookup in lookups:
        lookup.refresh_from_db()
        items = lookup.items.filter(kind=LookupItem.Kind.UNIQUE)
        verdict.items += items.count()
        if items.count() != lookup.unique or lookup.status != Lookup.Status.DONE:
            verdict.note("unexpected", f"lookup {lookup.pk} is {lookup.status}")
        stored = _attempts_of(lookup, verdict)
        for uuid, outcome, reason in items.values_list("uuid", "outcome", "reason"):
            asked.add((lookup.team_id, uuid))
            if outcome == "failed" and uuid in may_fail:
                continue
            known = truth.truth(uuid)
            _judge_item(verdict, uuid, outcome, reason, known, stored.get(uuid))
    _judge_calls(verdict, lookups, asked)
    fetches = Fetch.objects.filter(lookup__in=lookups)
    verdict.requests = fetches.count()
    for fetch in fetches.filter(state__in=Fetch.OPEN):
        verdict.note("unexpected", f"request {fetch.pk} is still {fetch.state}")
    return verdict


def _attempts_of(lookup: Lookup, verdict: Verdict) -> dict[str, Counter[str]]:
    """By UUID how often each attempt of its call is stored."""
    stored: dict[str, Counter[str]] = defaultdict(Counter)
    calls = LookupItem.objects.filter(lookup=lookup, call__isnull=False).values("call")
    for uuid in Call.objects.filter(pk__in=calls).values_list("uuid", flat=True):
        stored[uuid] = Counter()
    rows = Attempt.objects.filter(call__in=calls).order_by()
    for uuid, key in rows.values_list("call__uuid", "key").iterator(CHUNK):
        stored[uuid][key] += 1
        verdict.attempts += 1
    return stored


def _judge_item(verdict, uuid, outcome, reason, known, stored) -> None:  # type: ignore[no-untyped-def]
    if outcome in ("pending", "cancelled"):
        verdict.note("lost", f"{uuid} is {outcome}")
    elif outcome == "failed":
        verdict.note("unexpected", f"{uuid} failed: {reason}")
    elif known is None and outcome != "not_found":
        verdict.note("unexpected", f"{uuid} is {outcome}, and nobody knows it")
    elif known is not None and (outcome != "found" or stored is None):
        verdict.note("lost", f"{uuid} is {outcome}, and the provider knows it")
    elif known is not None and stored is not None:
        if len(stored) != len(known.attempts):
            verdict.note("lost", f"{uuid} has {len(stored)} of {len(known.attempts)} attempts")
        if any(count > 1 for count in stored.values()):
            verdict.note("doubled", f"attempts of {uuid}")


def _judge_calls(verdict: Verdict, lookups: list[Lookup], asked: set[tuple[int, str]]) -> None:
    since = min(lookup.created_at for lookup in lookups)
    brought = Call.objects.filter(fetched_at__gte=since).order_by()
    calls = Counter(brought.values_list("team_id", "uuid").iterator(CHUNK))
    for call, count in calls.items():
        if count > 1:
            verdict.note("doubled", f"call {call[1]}")
        if call not in asked:
            verdict.note("unexpected", f"call {call[1]} was not asked for")
