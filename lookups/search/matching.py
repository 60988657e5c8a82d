"""Filters → conditions on Call rows, the same on SQLite and PostgreSQL.

Nothing that a page hides can be found out digit by digit: digits that are fewer than a number's are
compared with texts in which nothing is hidden, and else with the last four of a number.

Cause, numbers and end are those of the last attempt and keys those of all, as the table of calls
shows them. `%`, `_` and the like mean themselves. Every condition reads columns of the call, save
those on lookup and credential.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q, Value
from django.db.models.functions import Length, Replace
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from lookups.models import Call, CallQuerySet, LookupItem, Team
from lookups.models.json_lists import ListLength
from lookups.search import values
from lookups.search.query import Filter, Query
from lookups.story.masking import FEWEST_BEFORE_A_CUT, FEWEST_DIGITS, count_digits

NEWEST_FIRST = ("-listed_at", "-id")


def _digits(least: int) -> str:
    """A pattern of texts with so many digits. Any character but a printable one of ASCII counts as
    two: some of them are several digits, as ㉘ is."""
    return "|".join(
        f"^(?=([ -~]*[^ -~]){{{twos}}})([ -/:-~]*[^ -/:-~]){{{least - twos}}}"
        for twos in range((least + 1) // 2 + 1)
    )


_AS_A_NUMBER = _digits(FEWEST_DIGITS)
_BEFORE_A_CUT = _digits(FEWEST_BEFORE_A_CUT)
# Without ten digits in a row, so that the mask lets all of it be read.
_UUID = "^(?!.*([0-9]-?){10})[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_LENGTHS = {field.name: field.max_length for field in Call._meta.concrete_fields}
_WHOLE = "([0-9][^0-9]*){8}"  # a stored number of which pages show the last four digits


def apply(query: Query, *, team: Team) -> CallQuerySet:
    """The team's calls that meet the query, newest first. `raw` is deferred: no list shows it."""
    calls = Call.objects.for_team(team)
    for one in query.filters:
        calls = calls.filter(condition(one, team))
    return calls.defer("raw").order_by(*NEWEST_FIRST)


def condition(one: Filter, team: Team) -> Q:
    """The condition that a filter means, within that team."""
    match = _MATCH[one.name]
    found = reduce(or_, (match(value, team) for value in one.values))
    return ~found if one.negated else found


_COMPARE_COUNT = {
    ">": GreaterThan,
    "<": LessThan,
    ">=": GreaterThanOrEqual,
    "<=": LessThanOrEqual,
    "=": Exact,
}
_COMPARE_SECONDS = {">": "gt", "<": "lt", ">=": "gte", "<=": "lte"}


def _outcome(value: str, team: Team) -> Q:
    return Q(outcome=value)


def _cause(value: str, team: Team) -> Q:
    codes = values.cause_codes(value)
    # Some replies carry the number as a decimal.
    return Q(cause_code__in=[*codes, *(f"{code}.0" for code in codes if code)])


def _number(value: str, team: Team) -> Q:
    return _number_in("customer_number", value)


def _did(value: str, team: Team) -> Q:
    return _number_in("did_number", value)


def _number_in(column: str, value: str) -> Q:
    if values.is_whole_number(value):
        return Q(**{f"{column}__exact": value})
    return Q(**{f"{column}__endswith": value, f"{column}__regex": _WHOLE})


def _after(value: str, team: Team) -> Q:
    return Q(listed_at__gte=_in_zone(value, team))


def _before(value: str, team: Team) -> Q:
    return Q(listed_at__lt=_in_zone(value, team))


def _on(value: str, team: Team) -> Q:
    day = values.as_day(value)
    start, end = (
        datetime.combine(one, time.min, tzinfo=team.zoneinfo)
        for one in (day, day + timedelta(days=1))
    )
    return Q(listed_at__gte=start, listed_at__lt=end)


def _in_zone(value: str, team: Team) -> datetime:
    return values.as_moment(value).replace(tzinfo=team.zoneinfo)


def _talk(value: str, team: Team) -> Q:
    operator, seconds = values.compared(value)
    if operator == "=":  # as pages show it, rounded to the second
        return Q(talk_seconds__gte=seconds - 0.5, talk_seconds__lt=seconds + 0.5)
    return Q(**{f"talk_seconds__{_COMPARE_SECONDS[operator]}": seconds})


def _attempts(value: str, team: Team) -> Q:
    operator, count = values.compared(value)
    return Q(_COMPARE_COUNT[operator](ListLength(F("attempt_outcomes")), int(count)))


def _key(value: str, team: Team) -> Q:
    # Keys stand with spaces between them, so that 1 is not found in 12.
    found = (
        Q(dtmf=value)
        | Q(dtmf__startswith=f"{value} ")
        | Q(dtmf__endswith=f" {value}")
        | Q(dtmf__contains=f" {value} ")
    )
    keys = Length(Replace(F("dtmf"), Value(" "), Value("")))
    is_part = 1 < len(value.replace(" ", "")) < FEWEST_DIGITS
    return found & Q(LessThan(keys, FEWEST_DIGITS)) if is_part else found


def _lookup(value: str, team: Team) -> Q:
    items = LookupItem.objects.filter(
        lookup=int(value), lookup__team=team, call__isnull=False
    ).order_by()
    return Q(pk__in=items.values("call"))


def _credential(value: str, team: Team) -> Q:
    return Q(credential__label__iexact=value)


def _client(value: str, team: Team) -> Q:
    return _in_text("client_identifier", value)


def _in_text(column: str, value: str) -> Q:
    found = Q(**{f"{column}__icontains": value})
    if not 0 < count_digits(value) < FEWEST_DIGITS:
        return found
    # Of a text that fills its column, a number's other digits may be cut off.
    is_cut = Q(GreaterThanOrEqual(Length(F(column)), _LENGTHS[column]))
    hides = Q(**{f"{column}__regex": _AS_A_NUMBER}) | is_cut & Q(
        **{f"{column}__regex": _BEFORE_A_CUT}
    )
    shown = found & (~hides | Q(**{f"{column}__iregex": _UUID}))
    if values.is_last_digits(value):
        return shown | ~is_cut & Q(**{f"{column}__endswith": value})
    return shown


def _request(value: str, team: Team) -> Q:
    return Q(request_id__iexact=value)


def _status(value: str, team: Team) -> Q:
    spaced = value.replace("_", " ")
    spellings = (value, spaced, spaced.replace(" ", "-"), spaced.replace(" ", "_"))
    return reduce(or_, (Q(flow_status__iexact=one) for one in dict.fromkeys(spellings)))


def _final(value: str, team: Team) -> Q:
    return Q(is_final=value == "yes")


def _uuid(value: str, team: Team) -> Q:
    return Q(uuid=value)


def _text(value: str, team: Team) -> Q:
    found = _in_text("client_identifier", value) | _in_text("request_id", value)
    if values.is_dialled(value):
        number = values.number(value)
        return found | _number(number, team) | _did(number, team)
    return found | _in_text("flow_status", value)


_MATCH: dict[str, Callable[[str, Team], Q]] = {
    "outcome": _outcome,
    "cause": _cause,
    "number": _number,
    "did": _did,
    "after": _after,
    "before": _before,
    "on": _on,
    "talk": _talk,
    "key": _key,
    "attempts": _attempts,
    "lookup": _lookup,
    "credential": _credential,
    "client": _client,
    "request": _request,
    "status": _status,
    "final": _final,
    "uuid": _uuid,
    "text": _text,
}
