"""Everything the page of one call tells."""

import json
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lookups import access, story
from lookups.models import Attempt, Call, LookupItem
from lookups.views import changes
from lookups.views.page import whole

RECENT_LOOKUPS = 5
MOST_CHANGES = 100


def call_context(
    request: HttpRequest, desk: access.Desk, call: Call, *, revealed: bool
) -> dict[str, Any]:
    """The context of call.html; without `revealed` every telephone number is masked."""
    attempts = list(call.attempts.order_by("number"))
    zone = desk.team.zoneinfo
    verdict = story.verdict(
        attempts,
        flow_status=call.flow_status,
        zone=zone,
        now=timezone.now(),
        messages=call.sent_messages,
        last_only=not call.is_whole,
    )
    seen = _seeing(revealed)
    changed = changes.lines(call.changes.all()[:MOST_CHANGES], attempts)
    return {
        "call": call,
        "attempts": attempts[::-1],
        "verdict": verdict,
        "timeline": story.timeline(
            attempts, call.sent_messages, zone=zone, flow_status=call.flow_status
        ),
        "marks": story.marks(attempts, flow_status=call.flow_status),
        "outcome_key": call.outcome,
        "causes": _causes(attempts),
        "messages_sent": [
            {**one._asdict(), "to": seen(one.to), "text": seen(one.text)}
            for one in call.sent_messages
        ],
        "cell_changes": changes.by_cell(changed),
        "looks": changes.by_look(changed),
        "facts": _facts(call),
        "keys": {name: seen(value) for name, value in call.keys.items()},
        "unknown": [(where, name, seen(value)) for where, name, value in _unknown(call, attempts)],
        "raw_parts": [(title, seen(text)) for title, text in _raw(call, attempts)],
        "recordings": [(one.number, url) for one in attempts for url in one.recording_urls],
        "revealed": revealed,
        "fresh": "Final." if call.is_final else story.FINAL_RULE,
        "lookups": [item.lookup for item in _items(call)[:RECENT_LOOKUPS]],
        "came_from": _came_from(request, call),
        "ticket_text": _ticket_text(request, call, verdict),
    }


def _seeing(revealed: bool) -> Callable[[str], str]:
    return (lambda text: text) if revealed else story.mask_text


def _causes(attempts: list[Attempt]) -> list[story.Cause]:
    codes = dict.fromkeys(one.cause_code for one in reversed(attempts) if one.cause_code)
    return [story.cause(code) for code in codes]


def _facts(call: Call) -> list[tuple[str, str, str]]:
    """Label, value and field of what is given."""
    facts = [
        ("Request ID", call.request_id, "request_id"),
        ("Client identifier", call.client_identifier, "client_identifier"),
        ("Flow status", _flow_status(call.flow_status), "flow_status"),
    ]
    return [fact for fact in facts if fact[1]]


def _flow_status(status: str) -> str:
    words = story.flow_status_label(status) if status else ""
    return f"{words} ({status})" if words and words != status else status


def _unknown(call: Call, attempts: list[Attempt]) -> list[tuple[str, str, str]]:
    """Fields that the alias table does not know, with where they stood and their value as JSON."""
    places = [("call", call.unknown)]
    places += [(f"attempt {one.number}", one.unknown) for one in attempts]
    return [
        (where, name, json.dumps(value, ensure_ascii=False))
        for where, fields in places
        for name, value in fields.items()
    ]


def _raw(call: Call, attempts: list[Attempt]) -> list[tuple[str, str]]:
    parts = [("Call", call.raw)]
    parts += [(f"Attempt {one.number}", one.raw) for one in reversed(attempts)]
    return [(title, _pretty(text)) for title, text in parts if text]


def _pretty(text: str) -> str:
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _items(call: Call) -> QuerySet[LookupItem]:
    # A call belongs to one team, and so does every lookup that shows it.
    return LookupItem.objects.filter(call=call).select_related("lookup").order_by("-lookup_id")


def _came_from(request: HttpRequest, call: Call) -> dict[str, Any] | None:
    """The lookup that the reader came from, with the neighbours in its order."""
    item = _items(call).filter(lookup=whole(request.GET.get("lookup"))).first()
    if item is None:
        return None
    found = item.lookup.items.filter(outcome=LookupItem.Outcome.FOUND).order_by("position")
    before = found.filter(position__lt=item.position)
    after = found.filter(position__gt=item.position).first()
    last = before.last()
    return {
        "lookup": item.lookup,
        "position": before.count() + 1,
        "total": found.count(),
        "newer": _beside(last, item.lookup_id),
        "older": _beside(after, item.lookup_id),
    }


def _beside(item: LookupItem | None, lookup_id: int) -> str:
    return f"{reverse('call', args=[item.uuid])}?lookup={lookup_id}" if item else ""


def _ticket_text(request: HttpRequest, call: Call, verdict: str) -> str:
    """What an agent pastes into a ticket: no telephone number, and a link back."""
    asked = date_format(timezone.localtime(call.fetched_at), "j M Y H:i T")
    address = request.build_absolute_uri(call.get_absolute_url())
    return f"{verdict}\nPhonon UUID {call.uuid}, as Phonon told on {asked}.\n{address}"
