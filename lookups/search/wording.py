"""Filters in words: a phrase of the sentence above the results, and the words on a chip. Pure."""

from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo

from lookups.search import values as read
from lookups.story import CAUSES, Outcome, flow_status_label
from lookups.story.flow_status import is_known
from lookups.story.words import day, zone_abbreviation

_ADJECTIVES = {Outcome.ANSWERED, Outcome.BUSY, Outcome.REJECTED, Outcome.CANCELLED}
_THAN = {">": "over", "<": "under", ">=": "at least", "<=": "at most", "=": "exactly"}
_COUNT = {">": "more than ", "<": "fewer than ", ">=": "at least ", "<=": "at most ", "=": ""}


def phrase(name: str, values: Sequence[str], *, negated: bool, zone: tzinfo) -> str:
    """ "on DID ending 2987 or 2991", "that were not cancelled"."""
    if name in {"after", "before", "on"}:
        moment = read.as_moment(values[0]).replace(tzinfo=zone)
        place = f"{name} {either(values, _date)} ({zone_abbreviation(moment, zone)})"
        return f"not {place}" if negated else place
    return _PHRASES[name](values, negated)


def chip_words(name: str, values: Sequence[str], *, negated: bool) -> str:
    """ "…2987, …2991", "not cancelled"."""
    words = ", ".join(_CHIPS.get(name, _as_is)(value) for value in values)
    return f"not {words}" if negated else words


def either(values: Sequence[str], say: Callable[[str], str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    words = [say(value) for value in values]
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def _as_is(value: str) -> str:
    return value


def _marked(value: str) -> str:
    return f"“{value}”"


def _outcome_word(value: str) -> str:
    return Outcome(value).label.lower()


def _outcome(values: Sequence[str], negated: bool) -> str:
    if _ADJECTIVES.issuperset(values):
        words = either(values, _outcome_word)
        if negated and len(values) > 1:
            return f"that were neither {words.replace(' or ', ' nor ')}"
        return f"that were {'not ' if negated else ''}{words}"
    other = "an outcome other than" if negated else "outcome"
    return f"with {other} {either(values, _outcome_word)}"


def _cause(values: Sequence[str], negated: bool) -> str:
    return f"that {'did not end' if negated else 'ended'} with cause {either(values, _cause_word)}"


def _cause_word(value: str) -> str:
    if value == read.NO_CAUSE:
        return "not given"
    codes = read.cause_codes(value)
    if codes == (value,):
        return CAUSES[value].label if value in CAUSES else f"code {value}"
    return f"{_marked(value)} ({either(codes, _as_is)})"


def _number(values: Sequence[str], negated: bool) -> str:
    return f"{'without' if negated else 'with'} a customer number {_ending(values)}"


def _did(values: Sequence[str], negated: bool) -> str:
    return f"{'not ' if negated else ''}on DID {_ending(values)}"


def _ending(values: Sequence[str]) -> str:
    ends = [value for value in values if not read.is_whole_number(value)]
    whole = [value for value in values if read.is_whole_number(value)]
    words = [f"ending {either(ends, _as_is)}"] if ends else []
    return " or ".join(words + whole)


def _date(value: str) -> str:
    moment = read.as_moment(value).replace(tzinfo=UTC)
    return day(moment, with_year=True) + (f" {moment:%H:%M}" if "T" in value else "")


def _talk(values: Sequence[str], negated: bool) -> str:
    return f"{'without' if negated else 'with'} a talk time of {either(values, _talk_word)}"


def _talk_word(value: str) -> str:
    operator, seconds = read.compared(value)
    return f"{_THAN[operator]} {seconds:g} s"


def _attempts(values: Sequence[str], negated: bool) -> str:
    noun = "attempt" if values[-1].lstrip("<>=") == "1" else "attempts"
    return f"{'not ' if negated else ''}with {either(values, _attempts_word)} {noun}"


def _attempts_word(value: str) -> str:
    operator, count = read.compared(value)
    return f"{_COUNT[operator]}{count:,.0f}"


def _key(values: Sequence[str], negated: bool) -> str:
    return f"where {either(values, _as_is)} was {'not ' if negated else ''}pressed"


def _lookup(values: Sequence[str], negated: bool) -> str:
    return f"{'not ' if negated else ''}in lookup {either(values, _as_is)}"


def _credential(values: Sequence[str], negated: bool) -> str:
    return f"{'not ' if negated else ''}pulled with credential {either(values, _marked)}"


def _client(values: Sequence[str], negated: bool) -> str:
    return f"{_with(negated)} {either(values, _marked)} in the client identifier"


def _request(values: Sequence[str], negated: bool) -> str:
    return f"{_with(negated)} Request ID {either(values, _marked)}"


def _status(values: Sequence[str], negated: bool) -> str:
    return f"{_with(negated)} flow status {either(values, _status_word)}"


def _status_word(value: str) -> str:
    return flow_status_label(value) if is_known(value) else _marked(value)


def _final(values: Sequence[str], negated: bool) -> str:
    return "that are final" if (values[0] == "yes") != negated else "that may still change"


def _uuid(values: Sequence[str], negated: bool) -> str:
    return f"{_with(negated)} Phonon UUID {either(values, _as_is)}"


def _text(values: Sequence[str], negated: bool) -> str:
    (value,) = values
    if read.is_dialled(value):
        ending = _ending([read.number(value)])
        return (
            f"{_with(negated)} a number or DID {ending}, or {_marked(value)} in the client "
            "identifier or Request ID"
        )
    where = f"{_with(negated)} {_marked(value)} in the client identifier, Request ID or flow status"
    if read.is_part_of_a_number(value):
        return f"{where} ({read.NUMBERS_TAKE[:1].lower()}{read.NUMBERS_TAKE[1:]})"
    return where


def _with(negated: bool) -> str:
    return "without" if negated else "with"


_PHRASES: dict[str, Callable[[Sequence[str], bool], str]] = {
    "outcome": _outcome,
    "cause": _cause,
    "number": _number,
    "did": _did,
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


def _shortened(value: str) -> str:
    return value if read.is_whole_number(value) else f"…{value}"


_CHIPS: dict[str, Callable[[str], str]] = {
    "outcome": _outcome_word,
    "cause": _cause_word,
    "number": _shortened,
    "did": _shortened,
    "after": _date,
    "before": _date,
    "on": _date,
    "talk": _talk_word,
    "attempts": _attempts_word,
    "status": _status_word,
}
