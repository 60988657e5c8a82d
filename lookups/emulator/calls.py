"""What happened in a pretend call: plain facts, before anybody prints them in some shape.

A UUID and a seed give the same call for ever. All numbers, names and recordings are made up.
"""

from __future__ import annotations

from typing import NamedTuple

from lookups.emulator.dice import Dice
from lookups.emulator.reserved import (
    HOSTILE,
    IN_PROGRESS,
    MOVING,
    NO_ATTEMPTS,
    NOT_FOUND,
    STORY,
)

DAY = 86_400_000
MINUTE = 60_000

ATTEMPT_COUNTS = ((1, 15), (2, 22), (3, 26), (4, 22), (5, 15))
LAST_OUTCOMES = (
    ("answered", 560),
    ("ring timeout", 190),
    ("busy", 80),
    ("invalid number", 50),
    ("rejected", 50),
    ("cancelled", 40),
    ("failed", 30),
)
EARLIER_OUTCOMES = (
    ("ring timeout", 62),
    ("busy", 20),
    ("rejected", 8),
    ("cancelled", 4),
    ("failed", 6),
)
CAUSES = {
    "answered": ("16",),
    "ring timeout": ("18", "18", "18", "3"),
    "busy": ("17", "17", "5"),
    "invalid number": ("14", "12"),
    "rejected": ("13",),
    "cancelled": ("-1",),
    "failed": ("15", "9", "6", "27"),
}
STATUS_AFTER = {
    "answered": "COMPLETED",
    "ring timeout": "FAILURE",
    "busy": "FAILURE",
    "invalid number": "INVALID_CONTACT_NUMBER",
    "rejected": "REJECTED",
    "cancelled": "PARTIAL_COMPLETE",
    "failed": "FAILURE",
}
AGENTS = ("Asha Verma", "Imran Sheikh", "Leela Nair", "Rohan Das", "Meena Iyer")
QUEUES = ("Renewals", "Collections", "Support Hindi", "Welcome desk")
HOSTILE_TEXT = (
    "<script>window.pwn=1</script>",
    '=HYPERLINK("http://evil.example","open")',
    "<img src=x onerror=alert(1)>",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202eKCABLLAC\u202c مرحبا {{ 7*7 }}",
    "line one\r\nline two\tand a tab",
)


class Attempt(NamedTuple):
    """One dialling; times are milliseconds since 1970, 0 where the thing never happened."""

    number: int
    outcome: str
    start: int
    ringing: int
    connect: int
    end: int
    cause: str
    ended_by: str
    keys_pressed: tuple[str, ...]
    agent: str
    recorded: bool


class Call(NamedTuple):
    """One pretend call. `kind` is broadcast, dialer or inbound; `quirks` makes its spelling odd."""

    uuid: str
    kind: str
    flow_status: str
    final: bool
    case: str
    customer: str
    did: str
    queue: str
    texted: bool
    mailed: bool
    hostile: bool
    quirks: int
    attempts: tuple[Attempt, ...]


def call_of(uuid: str, *, seed: int, until: int, asked: int = 3) -> Call | None:
    """The call behind a lower-case UUID, or None where Phonon would know nothing of it.

    `until` is the pretend present in milliseconds: every call lies in the four weeks before it.
    `asked` counts the times it was asked for, which matters to a call that moves.
    """
    dice = Dice(seed, uuid)
    known = not dice.chance(50)
    if uuid.startswith(NOT_FOUND):
        return None
    fixed = uuid.startswith((IN_PROGRESS, HOSTILE, NO_ATTEMPTS, STORY, MOVING))
    if not known and not fixed:
        return None
    if uuid.startswith(STORY):
        return _the_story(uuid, until)
    if uuid.startswith(MOVING):
        return _so_far(_the_story(uuid, until), asked)
    return _any_call(uuid, dice, seed, until, fixed=fixed)


def _any_call(uuid: str, dice: Dice, seed: int, until: int, *, fixed: bool) -> Call:
    """The call that the dice make; the UUID says what it is like where that is fixed."""
    running = dice.chance(30) if not fixed else uuid.startswith(IN_PROGRESS)
    never_dialled = dice.chance(8) if not fixed else uuid.startswith(NO_ATTEMPTS)
    hostile = uuid.startswith(HOSTILE)
    kind = dice.weighted((("broadcast", 60), ("dialer", 30), ("inbound", 10)))
    count = 0 if never_dialled else 1 if kind == "inbound" else dice.weighted(ATTEMPT_COUNTS)
    last = "answered" if hostile else dice.weighted(LAST_OUTCOMES)
    start = until - dice.between(1, 27) * DAY - dice.between(0, 9 * 60) * MINUTE
    if running:
        start = until - count * 45 * MINUTE
    attempts = _attempts(uuid, seed, start, count, last, kind, unfinished=running)
    status = STATUS_AFTER[last]
    if never_dialled:
        status = "UNPROCESSED" if running else "NCPR_CHECK_FAILED"
    elif running:
        status = "IN_PROGRESS" if not attempts[-1].end else "REATTEMPT_SCHEDULED"
    return Call(
        uuid=uuid,
        kind=kind,
        flow_status=status,
        final=not running,
        case=f"case {dice.between(10_000, 99_999)}",
        customer=f"+91{dice.between(7, 9)}{dice.below(10**9):09d}",
        did=f"+918047{dice.below(1_000_000):06d}",
        queue=dice.one_of(QUEUES),
        texted=hostile or (bool(count) and dice.chance(400)),
        mailed=hostile or (bool(count) and dice.chance(120)),
        hostile=hostile,
        quirks=dice.below(1 << 30),
        attempts=attempts,
    )


def _attempts(
    uuid: str, seed: int, start: int, count: int, last: str, kind: str, *, unfinished: bool
) -> tuple[Attempt, ...]:
    made = []
    for number in range(1, count + 1):
        dice = Dice(seed, uuid, number)
        is_last = number == count
        outcome = last if is_last else dice.weighted(EARLIER_OUTCOMES)
        attempt = _attempt(dice, number, outcome, start, kind)
        if unfinished and is_last and dice.chance(600):
            attempt = attempt._replace(
                outcome="ringing", connect=0, end=0, cause="", ended_by="", keys_pressed=()
            )
        made.append(attempt)
        start = (attempt.end or attempt.start) + dice.between(5, 40) * MINUTE + dice.below(60_000)
    return tuple(made)


def _attempt(dice: Dice, number: int, outcome: str, start: int, kind: str) -> Attempt:
    ringing = start + dice.between(700, 4_200)
    connect = 0
    end = start + dice.between(900, 6_000)
    keys: tuple[str, ...] = ()
    ended_by = "system"
    agent = dice.one_of(AGENTS) if kind != "broadcast" else ""
    if outcome == "answered":
        connect = ringing + dice.between(2_000, 24_000)
        end = connect + dice.between(6_000, 400_000)
        ended_by = dice.weighted((("customer", 60), ("agent" if agent else "system", 40)))
        keys = ((), ("1",), ("2",), ("1", "2"), ("1", "9"))[dice.below(5)]
    elif outcome == "ring timeout":
        end = ringing + dice.between(28_000, 45_000)
    elif outcome in ("rejected", "cancelled"):
        end = ringing + dice.between(2_000, 15_000)
        ended_by = "customer" if outcome == "rejected" else "agent" if agent else "system"
    else:
        ringing = 0
    return Attempt(
        number=number,
        outcome=outcome,
        start=start,
        ringing=ringing,
        connect=connect,
        end=end,
        cause=dice.one_of(CAUSES[outcome]),
        ended_by=ended_by,
        keys_pressed=keys,
        agent=agent,
        recorded=bool(connect) and dice.chance(700),
    )


def _the_story(uuid: str, until: int) -> Call:
    """The call of the guide: rang out twice, then 42 s of talk; 1 pressed, a text queued."""
    ten = until - 8 * DAY - 8 * 60 * MINUTE

    def attempt(number: int, start: int, connect: int, end: int) -> Attempt:
        answered = connect > 0
        return Attempt(
            number=number,
            outcome="answered" if answered else "ring timeout",
            start=start,
            ringing=start + 2_080,
            connect=connect,
            end=end,
            cause="16" if answered else "18",
            ended_by="customer" if answered else "system",
            keys_pressed=("1",) if answered else (),
            agent="",
            recorded=answered,
        )

    second, third = ten + 22 * MINUTE, ten + 46 * MINUTE
    return Call(
        uuid=uuid,
        kind="broadcast",
        flow_status="COMPLETED",
        final=True,
        case="case 88121",
        customer="+919812342728",
        did="+918047181000",
        queue="Renewals",
        texted=True,
        mailed=False,
        hostile=False,
        quirks=1,
        attempts=(
            attempt(1, ten, 0, ten + 38_500),
            attempt(2, second, 0, second + 41_200),
            attempt(3, third, third + 9_000, third + 51_000),
        ),
    )


def _so_far(call: Call, asked: int) -> Call:
    """The call of the guide while it goes on: its second attempt rings, then is over, then all."""
    first, second, _ = call.attempts
    if asked == 1:
        second = second._replace(outcome="ringing", end=0, cause="", ended_by="")
        status = "IN_PROGRESS"
    else:
        status = "REATTEMPT_SCHEDULED"
    if asked > 2:
        return call
    return call._replace(flow_status=status, final=False, texted=False, attempts=(first, second))
