"""An alarm rings in time, for each who waits, and never for what is over."""

import threading
import time

from lookups.pull.wire.deadline import Alarm


def never() -> bool:
    return False


def test_it_rings_for_each_in_the_order_of_their_times_and_not_before():
    alarm, rung, all_rang = Alarm(), [], threading.Event()
    began = time.monotonic()

    def ring(name: str) -> None:
        rung.append((name, time.monotonic() - began))
        if len(rung) == 3:
            all_rang.set()

    for name, seconds in (("last", 0.15), ("first", 0.05), ("second", 0.1)):
        alarm.set(seconds, lambda name=name: ring(name), is_over=never)
    assert all_rang.wait(5)
    assert [name for name, _ in rung] == ["first", "second", "last"]
    assert all(at >= least for (_, at), least in zip(rung, (0.05, 0.1, 0.15), strict=True))


def test_what_is_over_is_passed_over():
    alarm, rung, last = Alarm(), [], threading.Event()
    alarm.set(0.01, lambda: rung.append("over"), is_over=lambda: True)
    alarm.set(0.02, last.set, is_over=never)
    assert last.wait(5)
    assert rung == []


def test_a_thousand_wait_on_one_thread():
    alarm, before = Alarm(), threading.active_count()
    for _ in range(1000):
        alarm.set(60, lambda: None, is_over=lambda: True)
    assert threading.active_count() == before + 1


def test_it_rings_on_after_an_error_of_one_who_was_called():
    alarm, rang = Alarm(), threading.Event()
    alarm.set(0.01, lambda: 1 / 0, is_over=never)
    alarm.set(0.02, rang.set, is_over=never)
    assert rang.wait(5)
