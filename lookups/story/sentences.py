"""What happened to a call, attempt by attempt, as one sentence without its full stop.

Neighbouring attempts with the same fate are told together, in order; when they alternate too
often to follow, as counts.
"""

from collections.abc import Sequence
from itertools import groupby

from lookups.story.outcomes import Outcome
from lookups.story.phrases import Phrase, answered_for, is_open, phrase, what_then
from lookups.story.seen import Seen
from lookups.story.words import capitalised, ordinal, seconds_in_words, times_word

_MOST_RUNS_TOLD = 4  # beyond that the order is no longer readable, and counts say it better


def full_account(seen: Sequence[Seen], flow_status: str) -> str:
    """ "Twice it rang out; the third was answered for 42 s, the customer pressed 1 and hung up".
    Needs at least one attempt."""
    runs = _grouped(seen, flow_status)
    if len(seen) == 1:
        return capitalised(_alone(seen[0], runs[0][0], flow_status))
    if len(runs) == 1:
        return capitalised(_all_alike(seen, runs[0][0], flow_status))
    if len(runs) > _MOST_RUNS_TOLD:
        return _counted(seen, runs, flow_status)
    segments: list[str] = []
    for is_answered, group in groupby(runs, key=_is_answered):
        if is_answered:
            (run,) = group
            segments.append(_answered_run(run[1], seen, flow_status))
        else:
            segments.append(_unanswered(list(group), opens=not segments))
    return capitalised("; ".join(segments))


_Run = tuple[Phrase, list[Seen]]


def _grouped(seen: Sequence[Seen], flow_status: str) -> list[_Run]:
    """Neighbouring attempts that one clause can tell together."""
    told = [(phrase(one, flow_status=flow_status, is_last=one is seen[-1]), one) for one in seen]
    runs = []
    for _, group in groupby(told, key=lambda pair: pair[0].kind):
        pairs = list(group)
        runs.append((pairs[0][0], [one for _, one in pairs]))
    return runs


def _is_answered(run: _Run) -> bool:
    return run[1][0].outcome is Outcome.ANSWERED


def _alone(one: Seen, words: Phrase, flow_status: str) -> str:
    if one.outcome is not Outcome.ANSWERED:
        return words.alone + words.suffix
    then = _then(one, [one], flow_status)
    return f"it was {answered_for(one)}" + (f"; {then}" if then else "")


def _all_alike(seen: Sequence[Seen], words: Phrase, flow_status: str) -> str:
    each = "both times" if len(seen) == 2 else "each time"
    if seen[0].outcome is not Outcome.ANSWERED:
        return f"{each} {words.clause}{words.suffix}"
    then = _then(seen[-1], seen, flow_status)
    last = f"; the last time {then}" if then else ""
    return f"{each} it was answered{_in_all(seen)}{last}"


def _unanswered(runs: Sequence[_Run], *, opens: bool) -> str:
    words, attempts = runs[0]
    if opens and len(runs) == 1:
        return f"{times_word(len(attempts))} {words.clause}{words.suffix}"
    if len(runs) == 1:
        often = f" {times_word(len(attempts))}" if len(attempts) > 1 else ""
        return f"then {words.clause}{often}{words.suffix}"
    told = ", then ".join(_run_counted(run) for run in runs)
    return told if opens else f"then {told}"


def _run_counted(run: _Run) -> str:
    words, attempts = run
    if words.only_once:
        return words.count
    return f"{words.count} {times_word(len(attempts))}{words.suffix}"


def _answered_run(run: Sequence[Seen], seen: Sequence[Seen], flow_status: str) -> str:
    then = _then(run[-1], seen, flow_status)
    tail = f", {then}" if then else ""
    if len(run) == 1:
        return f"the {ordinal(run[0].number)} was {answered_for(run[0])}{tail}"
    link = "and" if len(run) == 2 else "to"
    which = f"the {ordinal(run[0].number)} {link} {ordinal(run[-1].number)}"
    last = f", the last of them: {then}" if then else ""
    return f"{which} were answered{_in_all(run)}{last}"


def _counted(seen: Sequence[Seen], runs: Sequence[_Run], flow_status: str) -> str:
    return f"{capitalised(_counts(runs))}. {at_the_last(seen[-1], flow_status)}"


def at_the_last(one: Seen, flow_status: str) -> str:
    """ "The last was answered for 42 s; the customer hung up", "At the last, it rang out"."""
    last = _alone(one, phrase(one, flow_status=flow_status, is_last=True), flow_status)
    if one.outcome is Outcome.ANSWERED:
        return f"The last {last.removeprefix('it ')}"
    return f"At the last, {last}"


def _counts(runs: Sequence[_Run]) -> str:
    counts: dict[str, int] = {}
    for words, attempts in runs:
        told = words.count + words.suffix
        counts[told] = counts.get(told, 0) + len(attempts)
    return ", ".join(f"{told} {times_word(count)}" for told, count in counts.items())


def _in_all(answered: Sequence[Seen]) -> str:
    """ ", for 2 min 10 s in all"; "" unless every talk time is known."""
    lengths = [one.talk_seconds for one in answered if one.talk_seconds is not None]
    if len(lengths) < len(answered):
        return ""
    return f", for {seconds_in_words(sum(lengths))} in all"


def _then(one: Seen, seen: Sequence[Seen], flow_status: str) -> str:
    open_ = is_open(one, flow_status=flow_status, is_last=one is seen[-1])
    return what_then(one, in_progress=open_)


def short_one(one: Seen, flow_status: str, *, last_only: bool) -> str:
    """The short verdict of a call with one attempt, complete with its full stop."""
    number = one.sent_number or 1
    who = "Last attempt: " if last_only else ""
    if number > 1:
        who = f"Attempt {number}: "
    told = _alone(one, phrase(one, flow_status=flow_status, is_last=True), flow_status)
    told = told.removeprefix("it was ").removeprefix("it ")
    return f"{who}{told if who else capitalised(told)}."


def short_answered(seen: Sequence[Seen], flow_status: str) -> str:
    """The short verdict of a call with several attempts of which at least one was answered."""
    answered = [one for one in seen if one.outcome is Outcome.ANSWERED]
    last = answered[-1]
    then = _then(last, seen, flow_status)
    tail = f"; {then}" if then else ""
    if len(answered) == 1:
        return f"{capitalised(ordinal(last.number))} attempt {answered_for(last)}{tail}."
    share = f"{len(answered):,} of {len(seen):,} attempts answered"
    if len(answered) == len(seen):
        share = f"Answered {how_often(len(seen))}"
    return f"{share}{_in_all(answered)}{'; the last time ' + then if then else ''}."


def in_order(seen: Sequence[Seen], flow_status: str) -> str:
    """ "busy once, then rang out twice", "rang out each time": for several attempts."""
    runs = _grouped(seen, flow_status)
    if len(runs) == 1:
        words = runs[0][0]
        return f"{words.count} {'both times' if len(seen) == 2 else 'each time'}{words.suffix}"
    if len(runs) > _MOST_RUNS_TOLD:
        return _counts(runs)
    return ", then ".join(_run_counted(run) for run in runs)


def how_often(count: int) -> str:
    """ "once", "twice", "3 times": in figures, for the head of a sentence."""
    return times_word(count) if count < 3 else f"{count:,} times"
