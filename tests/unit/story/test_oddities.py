"""Whatever Phonon sends, the story is told: nothing raises and nothing leaves the drawing."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

from hypothesis import given, settings
from hypothesis import strategies as st

from lookups.story import marks, short_verdict, timeline, verdict
from lookups.story.timeline.axis import make_axis
from lookups.story.timeline.labels import Label
from lookups.story.timeline.timeline import LEAST_X, MOST_X
from tests.unit.story.cast import KOLKATA, NOW, answered, rang_out

NEAR = st.timedeltas(timedelta(0), timedelta(hours=2)).map(lambda gap: NOW + gap)
FAR = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
EXTREME = st.sampled_from(
    [
        datetime.min,
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime(2026, 11, 12, 10),
    ]
)
# No letters that spell "None" and no full stops: the check below looks for both.
WORDS = st.text("xyz 09-#é\n\t\u202e\u0661漢😀", max_size=30)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**40),
    st.floats(),
    WORDS,
    st.lists(WORDS | st.none(), max_size=3),
    st.just({"a": 1}),
    EXTREME,
)
USUAL = {
    "started_at": NEAR | FAR,
    "ringing_at": NEAR,
    "connected_at": NEAR,
    "ended_at": NEAR | FAR,
    "ring_seconds": st.floats(0, 99),
    "talk_seconds": st.floats(0, 9999),
    "cause_code": st.sampled_from(["16", "17", "18", "3", "-1", "8", "13", "12", "99", ""]),
    "ended_by": st.sampled_from(["customer", "agent", "system", "", "zz"]),
    "dtmf": st.sampled_from(["", "1", "1 2", "1 2 3 4 5 6"]),
    "sms_status": st.sampled_from(["", "SENT_TO_QUEUE", "X"]),
    "email_status": st.sampled_from(["", "SENT"]),
    "recording_urls": st.lists(st.sampled_from(["a", "b"]), max_size=2),
    "number": st.integers(1, 9),
    "sent_number": st.sampled_from(["1", "FINAL", "", "4"]),
    "outcome": st.sampled_from(["answered", "busy", "rejected", "unknown"]),
}


def objects(fields, kind=SimpleNamespace):
    usual = st.fixed_dictionaries({}, optional=fields)
    odd = st.fixed_dictionaries({}, optional={name: field | ODD for name, field in fields.items()})
    return (usual | odd).map(lambda given: kind(**given))


ATTEMPTS = st.lists(objects(USUAL), max_size=7)
MESSAGES = st.lists(
    objects(
        {
            "kind": st.sampled_from(["sms", "email"]),
            "status": st.sampled_from(["SENT_TO_QUEUE", "", "ODD"]),
            "sent_at": NEAR | FAR,
        }
    ),
    max_size=4,
)
STATUSES = st.sampled_from(
    ["", "COMPLETED", "IN_PROGRESS", "REATTEMPT_SCHEDULED", "NCPR_CHECK_FAILED", "odd"]
)


def faults_of(drawing):
    """What is wrong with the drawing's geometry, in words; [] for a sound one."""
    faults = [
        fault for row in drawing.rows for fault in [*faults_of_bars(row), *faults_of_keys(row)]
    ]
    faults += faults_of_messages(drawing.messages)
    bottoms = [row.y + row.height for row in drawing.rows] + [mark.y for mark in drawing.messages]
    if max(bottoms, default=0) > drawing.axis_bottom or drawing.tick_y + 6 > drawing.height:
        faults.append("the drawing is too low")
    return faults


def faults_of_bars(row):
    faults = []
    edges = [edge for bar in row.bars for edge in (bar.x, bar.right)]
    if edges != sorted(edges) or any(bar.width < 3 for bar in row.bars):
        faults.append("bars overlap or vanish")
    if edges and not (edges[0] >= LEAST_X and edges[-1] <= MOST_X):
        faults.append("a bar leaves the drawing")
    label = row.label
    if label.left < LEAST_X - 0.01 or label.right > MOST_X + 0.01:
        faults.append("a label leaves the drawing")
    beside = label.side != "below"
    if edges and beside and label.left < edges[-1] and label.right > edges[0]:
        faults.append("a label covers a bar")
    return faults


def faults_of_keys(row):
    faults = []
    for key in row.keys:
        if not (key.x - key.radius >= LEAST_X and key.x + key.radius <= MOST_X):
            faults.append("a key leaves the drawing")
        if key.y - key.radius < row.y:
            faults.append("a key leaves its row")
    return faults


def faults_of_messages(messages):
    faults = []
    lanes: dict[float, list[tuple[float, float]]] = {}
    for mark in messages:
        left = min(mark.x - mark.width / 2, mark.label.left)
        right = max(mark.x + mark.width / 2, mark.label.right)
        if left < LEAST_X - 0.01 or right > MOST_X + 0.01:
            faults.append("a message leaves the drawing")
        if any(left < end and right > start for start, end in lanes.get(mark.y, [])):
            faults.append("messages overlap")
        lanes.setdefault(mark.y, []).append((left, right))
    return faults


@settings(max_examples=300, deadline=None)
@given(ATTEMPTS, MESSAGES, STATUSES)
def test_a_verdict_is_always_whole_sentences(attempts, messages, status):
    full = verdict(attempts, flow_status=status, zone=KOLKATA, now=NOW, messages=messages)
    short = short_verdict(attempts, flow_status=status)
    for told in (full, short):
        assert told.endswith(".")
        assert told[0] == told[0].upper()
        assert not any(bad in told for bad in ("None", "  ", "..", " ;", "nan", "()"))
    assert len(marks(attempts, flow_status=status)) == len(attempts)


@settings(max_examples=300, deadline=None)
@given(ATTEMPTS, MESSAGES, STATUSES)
def test_nothing_leaves_the_drawing_and_no_label_covers_a_bar(attempts, messages, status):
    drawing = timeline(attempts, messages, zone=KOLKATA, flow_status=status)
    assert faults_of(drawing) == []
    assert len(drawing.rows) == len(attempts)
    assert len(drawing.text) == len(attempts) + len(drawing.messages)


def test_the_geometry_check_notices_a_label_that_always_goes_right(monkeypatch):
    def careless(text, *, bar_left, bar_right, least, most):
        return Label(text, bar_right + 10, "right", "start", 7.4 * len(text))

    monkeypatch.setitem(timeline.__globals__, "place_label", careless)
    drawing = timeline([rang_out(), answered()], [], zone=KOLKATA)
    assert "a label leaves the drawing" in faults_of(drawing)


def test_the_geometry_check_notices_a_label_on_its_bar(monkeypatch):
    def careless(text, *, bar_left, bar_right, least, most):
        return Label(text, bar_left, "right", "start", 7.4 * len(text))

    monkeypatch.setitem(timeline.__globals__, "place_label", careless)
    drawing = timeline([rang_out()], [], zone=KOLKATA)
    assert "a label covers a bar" in faults_of(drawing)


def test_an_extreme_time_counts_as_not_given():
    extreme = SimpleNamespace(started_at=datetime.max.replace(tzinfo=UTC))
    assert timeline([extreme], [], zone=KOLKATA).ticks == ()
    assert make_axis([], zone=KOLKATA, left=0, right=1) is None
