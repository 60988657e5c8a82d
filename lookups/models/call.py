"""What Phonon knows about a UUID."""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar, NamedTuple, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Case, F, RawSQL, When
from django.db.models.lookups import LessThanOrEqual
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from lookups.database.choice import choose
from lookups.limits import ROW_OUTCOMES
from lookups.models.json_lists import FirstEight, ListLength
from lookups.models.lookup import Lookup
from lookups.models.team import Team, TeamQuerySet, TeamRow
from lookups.story import Outcome


class SentMessage(NamedTuple):
    """An SMS or e-mail that went with a call; `text` is an e-mail's subject."""

    kind: str
    to: str
    status: str
    sent_at: datetime | None
    text: str


# OFFSET 0 and `team_id + 0`, which no index serves, make PostgreSQL look up each UUID by itself.
# Otherwise it reads all calls of a team that has grown until it has counted them anew, which takes
# a minute and more.
ONE_BY_ONE_SQL = """
SELECT call.id FROM unnest(%s::text[]) AS wanted CROSS JOIN LATERAL
(SELECT id FROM lookups_call WHERE team_id + 0 = %s AND uuid = wanted OFFSET 0) AS call
"""


class CallQuerySet(TeamQuerySet["Call"]):
    def of_uuids(self, team_id: int, uuids: Iterable[str]) -> Self:
        """The calls of a team with these UUIDs."""
        wanted = list(uuids)
        one_by_one = RawSQL(ONE_BY_ONE_SQL, [wanted, team_id])  # noqa: S611 (parameters)
        return self.filter(
            choose(sqlite=Q(team=team_id, uuid__in=wanted), postgresql=Q(pk__in=one_by_one))
        )

    def reusable(self, team_id: int, uuids: Iterable[str], *, fetch_attempt: str) -> Self:
        """The calls of a team with these UUIDs that a lookup takes as they are, so that Phonon need
        not be asked: final ones, and whole where all attempts are asked for."""
        final = self.of_uuids(team_id, uuids).filter(is_final=True)
        return final.filter(is_whole=True) if fetch_attempt == Lookup.FetchAttempt.ALL else final

    def for_rows(self) -> Self:
        """The calls as lists show them, without the columns that may be long.

        Each has `outcome_count` besides, and `row_outcomes`: the outcomes of all its attempts, or
        of the first eight where there are more than ROW_OUTCOMES.
        """
        count = ListLength(F("attempt_outcomes"))
        few = When(LessThanOrEqual(count, ROW_OUTCOMES), then=F("attempt_outcomes"))
        outcomes = Case(
            few, default=FirstEight(F("attempt_outcomes")), output_field=models.JSONField()
        )
        rows = self.annotate(outcome_count=count, row_outcomes=outcomes)
        return rows.defer("raw", "messages", "keys", "unknown", "attempt_outcomes")


class Call(TeamRow):
    """What Phonon knows about one UUID, per team. Its columns sum up its attempts."""

    # The index below begins with it.
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    uuid = models.CharField("Phonon UUID", max_length=36)
    credential = models.ForeignKey(
        "Credential", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    request_id = models.CharField("Request ID", max_length=200, blank=True)
    client_identifier = models.CharField("client identifier", max_length=500, blank=True)
    flow_status = models.CharField("flow status", max_length=100, blank=True)
    outcome = models.CharField(
        max_length=20, choices=[(outcome.value, outcome.label) for outcome in Outcome]
    )
    # The outcomes of all attempts in their order: lists draw a mark for each.
    attempt_outcomes = models.JSONField(default=list)
    # Those of the last attempt, except talk_seconds, which is the longest of all attempts.
    last_attempt_at = models.DateTimeField(null=True)
    cause_code = models.CharField(max_length=60, blank=True)
    ended_by = models.CharField(max_length=60, blank=True)
    customer_number = models.CharField(max_length=60, blank=True)
    did_number = models.CharField(max_length=60, blank=True)
    dtmf = models.CharField(max_length=200, blank=True)
    talk_seconds = models.FloatField(null=True)

    messages = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    keys = models.JSONField(default=dict)
    unknown = models.JSONField(default=dict)
    raw = models.TextField(blank=True)
    # How much stands in the raw JSON alone, because it exceeds a limit of `lookups.limits`:
    # {"attempts": 12, "variables": …, "unknown": …, …}.
    left_out = models.JSONField(null=True)

    is_final = models.BooleanField(default=False)
    # Whether all attempts were asked for at least once: none is missing that Phonon had then.
    is_whole = models.BooleanField(default=False)
    # When the reply was asked for. A newer reply replaces an older one, never the other way.
    fetched_at = models.DateTimeField()
    first_fetched_at = models.DateTimeField()
    # The start of the last attempt, or the first fetch without one: every list is in its order.
    listed_at = models.DateTimeField()

    # Set by `for_rows` alone.
    outcome_count: int
    row_outcomes: list[str]

    objects: ClassVar = CallQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["uuid", "team"], name="one_call_per_uuid")]
        # The newest-first pages of search read it, and filter by the outcome in it. An index by
        # outcome costs more to write: the calls of one lookup are spread over all its pages.
        indexes = [
            models.Index(fields=["team", "-listed_at", "-id", "outcome"], name="call_newest")
        ]

    def __str__(self) -> str:
        return self.uuid

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.uuid])

    def unread(self, kind: str) -> int:
        """How many things of a kind, such as "attempts", stand in the raw JSON alone."""
        return int((self.left_out or {}).get(kind, 0))

    @property
    def sent_messages(self) -> list[SentMessage]:
        """The messages in the order in which Phonon told them."""
        return [
            SentMessage(**{**one, "sent_at": parse_datetime(one["sent_at"] or "")})
            for one in self.messages
        ]
