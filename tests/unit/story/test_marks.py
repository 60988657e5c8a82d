from lookups.story import Mark, Outcome, marks, marks_of_outcomes
from tests.unit.story.cast import answered, attempt, busy, rang_out


def test_each_attempt_is_a_mark_with_its_outcome_and_words():
    shown = marks([rang_out(), busy(), answered(), attempt()])
    assert [mark.shape for mark in shown] == ["ring", "cross", "disc", "dash"]
    assert shown[0] == Mark("ring", Outcome.NO_ANSWER, "Attempt 1: rang 28 s, not picked up")


def test_eight_marks_are_shown_and_the_rest_counted():
    shown = marks([busy()] * 10 + [answered()])
    assert len(marks([busy()] * 8)) == 8
    assert len(shown) == 9
    assert shown[-1] == Mark("more", None, "3 more: busy 2, answered 1", "+3")


def test_outcomes_alone_give_the_same_shapes():
    attempts = [rang_out(), busy(), answered(), *[busy()] * 9]
    from_outcomes = marks_of_outcomes(mark.value for mark in _outcomes(attempts))
    assert [mark[:2] for mark in from_outcomes] == [mark[:2] for mark in marks(attempts)]
    assert marks_of_outcomes(["odd"])[0].outcome is Outcome.UNKNOWN


def _outcomes(attempts):
    return [marks([one])[0].outcome for one in attempts]


def test_no_attempts_are_no_marks():
    assert marks([]) == marks_of_outcomes([]) == []
