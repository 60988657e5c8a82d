"""The story of a call in a few sentences, to read out and to paste into a ticket.

Promise: it never says more than the data. What is missing is said to be missing, what Phonon
reports on thin evidence is said to be reported, and nothing raises for an odd value.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from lookups.story.flow_status import REATTEMPT_SCHEDULED, tidy_status, without_attempts
from lookups.story.messages import SeenMessage, message_sentences, messages_of, read_messages
from lookups.story.outcomes import DISPLAY_ORDER, Outcome, outcome_label
from lookups.story.seen import Seen, plausible_moment, read_attempt, read_attempts
from lookups.story.sentences import (
    at_the_last,
    full_account,
    how_often,
    in_order,
    short_answered,
    short_one,
)
from lookups.story.words import capitalised, count_word, day, span_in_words, zone_abbreviation


def verdict(
    attempts: Iterable[object],
    *,
    flow_status: str,
    zone: tzinfo,
    now: datetime,
    messages: Iterable[object] = (),
    last_only: bool = False,
) -> str:
    """The full verdict, for example: "Tried 3 times on 12 Nov between 10:00 and 10:47 IST. Twice
    it rang out; the third was answered for 42 s, the customer pressed 1 and hung up. An SMS was
    queued."

    Times are in `zone`; the year stands only where it is not that of `now`. `messages` are the
    call's own; without them the statuses on the attempts count. `last_only` says that only the
    last attempt was asked for, so that one attempt is not taken for all there were.
    """
    seen = read_attempts(attempts, flow_status=flow_status)
    told = read_messages(messages) or messages_of(seen)
    if not seen:
        return " ".join([without_attempts(flow_status), *message_sentences(told)])
    when = _when(seen, zone, now)
    sentences = [
        f"{_tried(seen, when, last_only=last_only)}.",
        f"{full_account(seen, flow_status)}.",
    ]
    sentences += _recordings(seen)
    return " ".join([*sentences, *_after_the_attempts(told, flow_status)])


def _after_the_attempts(told: Sequence[SeenMessage], flow_status: str) -> list[str]:
    is_scheduled = tidy_status(flow_status) == REATTEMPT_SCHEDULED
    return [*message_sentences(told), *["Another attempt is scheduled."] * is_scheduled]


def verdict_of_many(
    outcomes: Mapping[str, int],
    last: object,
    *,
    between: tuple[datetime | None, datetime | None],
    flow_status: str,
    zone: tzinfo,
    now: datetime,
    messages: Iterable[object] = (),
) -> str:
    """The full verdict on so many attempts that only their outcomes are counted and only the last
    one is read: "Tried 20,000 times between 12 Nov 10:00 and 14 Nov 11:30 IST. No answer 19,999
    times, answered once. The last was answered for 42 s; the customer hung up."

    `between` are the starts of the first and the last that tell one.
    """
    count = sum(outcomes.values())
    counts = ", ".join(
        f"{outcome_label(key).lower()} {how_often(outcomes[key])}"
        for key in DISPLAY_ORDER
        if outcomes.get(key)
    )
    moments = [one for one in map(plausible_moment, between) if one]
    when = f" {_between(moments, zone, now)}" if moments else "; no times were given"
    seen = read_attempt(last, place=count, flow_status=flow_status)
    sentences = [
        f"Tried {how_often(count)}{when}.",
        f"{capitalised(counts)}.",
        f"{at_the_last(seen, flow_status)}.",
    ]
    told = read_messages(messages) or messages_of([seen])
    return " ".join([*sentences, *_after_the_attempts(told, flow_status)])


def short_verdict_of_many(count: int) -> str:
    """One line for tables: "Tried 20,000 times; the call's page tells of the last ones." """
    return f"Tried {how_often(count)}; the call's page tells of the last ones."


def short_verdict(attempts: Iterable[object], *, flow_status: str, last_only: bool = False) -> str:
    """One line for tables: "Third attempt answered for 42 s; the customer pressed 1 and hung
    up.", "Tried 3 times in 45 min: busy once, then rang out twice. SMS queued." """
    seen = read_attempts(attempts, flow_status=flow_status)
    if not seen:
        return without_attempts(flow_status)
    if len(seen) == 1:
        return short_one(seen[0], flow_status, last_only=last_only)
    if any(one.outcome is Outcome.ANSWERED for one in seen):
        return short_answered(seen, flow_status)
    last_at, first_at = _moments(seen)[-1:], _moments(seen)[:1]
    span = (last_at[0] - first_at[0]).total_seconds() if last_at else 0
    within = f" in {span_in_words(span)}" if span > 0 else ""
    messages = "".join(f" {message.label}." for message in messages_of(seen))
    return f"Tried {how_often(len(seen))}{within}: {in_order(seen, flow_status)}.{messages}"


# The first sentence: how often and when.


def _tried(seen: Sequence[Seen], when: str, *, last_only: bool) -> str:
    if len(seen) == 1:
        number = seen[0].sent_number or 1
        if number > 1 or last_only:
            who = f"Attempt {number}" if number > 1 else "The last attempt"
            return f"{who} was {when}" if when else f"{who} came without times"
    if not when:
        return f"Tried {how_often(len(seen))}; no times were given"
    missing = sum(not one.times for one in seen)
    noun = "attempt has" if missing == 1 else "attempts have"
    rest = f" ({count_word(missing)} {noun} no times)" if missing else ""
    return f"Tried {how_often(len(seen))} {when}{rest}"


def _when(seen: Sequence[Seen], zone: tzinfo, now: datetime) -> str:
    moments = _moments(seen)
    if not moments:
        return ""
    # One attempt is dated by its start; its length is said elsewhere.
    return _between(moments[:1] if len(seen) == 1 else moments, zone, now)


def _between(moments: Sequence[datetime], zone: tzinfo, now: datetime) -> str:
    """ "on 12 Nov between 10:00 and 10:47 IST"; the moments are in order."""
    first, last = moments[0].astimezone(zone), moments[-1].astimezone(zone)
    this_year = now.astimezone(zone).year if now.utcoffset() is not None else now.year
    with_year = {first.year, last.year} != {this_year}
    first_zone, last_zone = zone_abbreviation(first, zone), zone_abbreviation(last, zone)
    first_day, last_day = day(first, with_year=with_year), day(last, with_year=with_year)
    start, end = f"{first:%H:%M}", f"{last:%H:%M}"
    if first_zone != last_zone:
        start = f"{start} {first_zone}"
    if first.date() != last.date():
        return f"between {first_day} {start} and {last_day} {end} {last_zone}"
    if start == end:
        return f"on {first_day} at {end} {last_zone}"
    return f"on {first_day} between {start} and {end} {last_zone}"


def _moments(seen: Sequence[Seen]) -> list[datetime]:
    return sorted(moment for one in seen for moment in one.times)


def _recordings(seen: Sequence[Seen]) -> list[str]:
    count = len({url for one in seen for url in one.recordings})
    if not count:
        return []
    if count == 1:
        return ["A recording exists."]
    return [f"{capitalised(count_word(count))} recordings exist."]
