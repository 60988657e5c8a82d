"""Attempts and messages for the story's tests: plain objects, times given as local text."""

from datetime import UTC, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

KOLKATA = ZoneInfo("Asia/Kolkata")


def at(text: str) -> datetime:
    """ "12 10:00:36" is that time in November 2026 in India, as UTC."""
    return datetime.fromisoformat(f"2026-11-{text.replace(' ', 'T')}+05:30").astimezone(UTC)


NOW = at("12 12:00:00")


def attempt(start="", ring="", connect="", end="", **fields):
    times = {
        "started_at": start,
        "ringing_at": ring,
        "connected_at": connect,
        "ended_at": end,
    }
    moments = {name: at(text) if text else None for name, text in times.items()}
    return SimpleNamespace(**moments, **fields)


def rang_out(start="12 10:00:36", ring="12 10:00:40", end="12 10:01:08", code="3"):
    return attempt(start, ring, "", end, cause_code=code, ended_by="system")


def busy(start="12 10:05:00", end="12 10:05:03", code="17"):
    return attempt(start, "", "", end, cause_code=code)


def answered(**fields):
    given = {"cause_code": "16", "ended_by": "customer", "dtmf": "1", **fields}
    return attempt("12 10:46:02", "12 10:46:06", "12 10:46:12", "12 10:46:54", **given)


def message(kind="sms", status="SENT_TO_QUEUE", sent_at=""):
    return SimpleNamespace(kind=kind, status=status, sent_at=at(sent_at) if sent_at else None)
