"""The number that the tests search for, and what the audit noted of it."""

from lookups.models import AuditEvent

NUMBER = "919876531234"
UUID = "b2f9909e-9ac4-4e5c-9ac8-183f24ea9436"
TEXT = "PNR 919876531234 a"
SPACED = "98765 31234"


def noted() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(event="numbers_searched").order_by("id"))
