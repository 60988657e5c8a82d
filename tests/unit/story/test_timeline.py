from lookups.story import timeline
from lookups.story.timeline.timeline import MOST_X
from tests.unit.story.cast import KOLKATA, answered, attempt, busy, message, rang_out


def drawn(attempts, messages=(), **others):
    return timeline(attempts, messages, zone=KOLKATA, **others)


def test_each_attempt_is_a_row_of_its_phases():
    rows = drawn([rang_out(), busy(), answered()]).rows
    assert [[bar.phase for bar in row.bars] for row in rows] == [
        ["connecting", "ringing"],
        ["connecting"],
        ["connecting", "ringing", "talking"],
    ]
    assert [bar.title for bar in rows[2].bars] == ["connecting 4 s", "ringing 6 s", "talking 42 s"]
    assert [row.label.text for row in rows] == [
        "rang 28 s, not picked up",
        "busy",
        "talked 42 s, pressed 1, customer hung up",
    ]


def test_a_label_near_the_right_edge_goes_to_the_left_of_its_bar():
    first, last = drawn([rang_out(), answered()]).rows
    assert (first.label.side, first.label.anchor) == ("right", "start")
    assert (last.label.side, last.label.anchor) == ("left", "end")


def test_a_label_that_fits_on_neither_side_gets_a_line_of_its_own():
    long = attempt("12 10:00:01", "", "12 10:00:05", "12 10:09:55", ended_by="customer")
    (row,) = drawn([long]).rows
    assert row.label.side == "below"
    assert row.label_y > row.bar_y + 16
    assert row.height > drawn([busy()]).rows[0].height


def test_short_phases_of_attempts_days_apart_can_be_seen_and_keep_their_order():
    rows = drawn([answered(), rang_out("17 10:00:00", "17 10:00:02", "17 10:00:30")]).rows
    for row in rows:
        assert all(bar.width >= 3 for bar in row.bars)
        assert [bar.x for bar in row.bars] == sorted(bar.x for bar in row.bars)


def test_an_attempt_without_times_says_so():
    (row,) = drawn([attempt(cause_code="17")]).rows
    assert row.bars == ()
    assert row.label.text == "busy; no times given"


def test_times_in_the_wrong_order_draw_no_bar_backwards():
    (row,) = drawn([attempt("12 10:05:00", "12 10:04:00", "12 10:06:00", "12 10:03:00")]).rows
    assert [bar.phase for bar in row.bars] == ["connecting", "ringing", "talking"][1:]
    assert all(bar.width > 0 for bar in row.bars)


def test_an_attempt_under_way_has_an_open_bar():
    (row,) = drawn([attempt("12 10:00:00", "12 10:00:05")], flow_status="IN_PROGRESS").rows
    assert [bar.open for bar in row.bars] == [False, True]
    assert row.label.text == "still in progress when pulled"


def test_keys_stand_over_the_talking_bar_and_many_are_only_counted():
    (row,) = drawn([answered(dtmf="1 2")]).rows
    assert [key.text for key in row.keys] == ["1", "2"]
    assert row.keys[1].x - row.keys[0].x >= 2 * row.keys[0].radius
    (many,) = drawn([answered(dtmf="1 2 3 4 5 6")]).rows
    assert [key.text for key in many.keys] == ["6×"]


def test_messages_stand_at_their_time_and_never_on_each_other():
    shown = drawn(
        [answered()],
        [message(sent_at="12 10:46:55"), message("email", "SENT", "12 10:46:56"), message()],
    ).messages
    assert [mark.label.text for mark in shown] == [
        "SMS queued",
        "E-mail sent",
        "SMS queued, no time given",
    ]
    assert [mark.timed for mark in shown] == [True, True, False]
    assert shown[0].y < shown[1].y


def test_the_text_tells_the_same_as_the_drawing():
    assert drawn([rang_out(), attempt()], [message(sent_at="12 10:02:00")]).text == (
        "Attempt 1, 12 Nov 2026 10:00:36 to 10:01:08 IST: rang 28 s, not picked up.",
        "Attempt 2: outcome not known; no times given.",
        "SMS queued, 12 Nov 2026 10:02:00 IST.",
    )


def test_a_call_without_attempts_and_messages_is_an_empty_drawing():
    empty = drawn([])
    assert (empty.ticks, empty.rows, empty.messages, empty.zone_label) == ((), (), (), "")
    assert empty.height > 0


def test_a_text_longer_than_the_drawing_is_cut():
    (mark,) = drawn([], [message(status="W" * 300)]).messages
    assert mark.label.right <= MOST_X
