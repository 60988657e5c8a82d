"""The words of a change are fixed: pages and scripts know them."""

from lookups.views.changes import ATTEMPT_LABELS


def test_the_cells_of_an_attempt_change_by_these_names_and_in_this_order():
    assert list(ATTEMPT_LABELS.items()) == [
        ("outcome", "Call Status"),
        ("started_at", "Call Start Time"),
        ("ringing_at", "Ringing from"),
        ("connected_at", "Connected"),
        ("ended_at", "Ended"),
        ("ring_seconds", "Ringing"),
        ("talk_seconds", "Talk"),
        ("ended_by", "Hangup By"),
        ("cause_code", "Cause"),
        ("dtmf", "DTMF Pressed"),
        ("customer_number", "Customer Number"),
        ("did_number", "DID Number"),
        ("agent_number", "Agent Number"),
        ("sms_status", "SMS"),
        ("email_status", "E-mail"),
    ]
