"""All that the page of one call shows."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lookups import access, story
from lookups.hiding import Hidden
from lookups.limits import SHOWN_MESSAGES, SHOWN_RECORDINGS, SHOWN_UNKNOWN, SHOWN_VARIABLES
from lookups.models import Attempt, Call, LookupItem
from lookups.models.call import SentMessage
from lookups.views import call_attempts, changes
from lookups.views.call_raw import raw_shown
from lookups.views.page import PageRequest
from lookups.views.shown import Shown, first, seeing
from lookups.whole_number import whole_number

RECENT_LOOKUPS = 5
# Longer addresses are no links: each address is searched for numbers, which takes time.
LONGEST_ADDRESS = 500


def call_context(
    request: PageRequest, desk: access.Desk, call: Call, *, revealed: bool
) -> dict[str, Any]:
    """The context of call.html; without `revealed` every telephone number is masked.

    However large the call is, the page holds no more of it than `limits` says.
    """
    told = call_attempts.told(call)
    see = seeing(call, revealed=revealed)
    hidden = _as_shown(call, told.attempts, revealed=False)
    shown, attempts, sent = _as_shown(call, told.attempts, revealed=True) if revealed else hidden
    changed = changes.of_call(call, told.attempts)
    recordings = _recordings(call, told.attempts, see, revealed=revealed)
    return {
        "call": shown,
        "attempts": Shown(attempts[::-1], told.total),
        "stored_attempts": told.stored,
        "verdict": call_attempts.verdict(told, shown, attempts, sent),
        "timeline": story.timeline(
            attempts, sent[:SHOWN_MESSAGES], zone=desk.team.zoneinfo, flow_status=shown.flow_status
        ),
        "marks": story.marks(attempts, flow_status=shown.flow_status),
        "outcome_key": call.outcome,
        "causes": call_attempts.causes(attempts),
        "messages_sent": first(sent, SHOWN_MESSAGES, total=len(sent) + call.unread("messages")),
        "cell_changes": changes.by_cell(changed.rows),
        "changes": changed,
        "looks": changes.by_look(changed.rows),
        "facts": _facts(shown),
        "variables": first(
            ((see(name), see(value)) for name, value in call.keys.items()),
            SHOWN_VARIABLES,
            total=len(call.keys) + call.unread("variables"),
        ),
        "unknown": _unknown(call, told.attempts, see),
        "raw": raw_shown(call, told.attempts, of_attempts=told.raw_characters, revealed=revealed),
        "recordings": recordings,
        "are_addresses_hidden": not all(address for _, _, address in recordings.rows),
        "revealed": revealed,
        "fresh": "Final." if call.is_final else story.FINAL_RULE,
        "lookups": [item.lookup for item in _items(call)[:RECENT_LOOKUPS]],
        "came_from": _came_from(request, call),
        "ticket_text": _ticket_text(request, call, call_attempts.verdict(told, *hidden)),
    }


def _as_shown(
    call: Call, attempts: Sequence[Attempt], *, revealed: bool
) -> tuple[Any, list[Any], list[SentMessage]]:
    """The call, its attempts and its messages, each Hidden unless `revealed`."""
    see = seeing(call, revealed=revealed)
    sent = [
        SentMessage(see(one.kind), see(one.to), see(one.status), one.sent_at, see(one.text))
        for one in call.sent_messages
    ]
    if revealed:
        return call, list(attempts), sent
    return Hidden(call), [Hidden(one) for one in attempts], sent


def _recordings(
    call: Call, attempts: Sequence[Attempt], see: Callable[[str], str], *, revealed: bool
) -> Shown:
    """Rows of the attempt's number, the address as it is shown, and the address of the link, which
    is "" where the link could give away a number."""
    found = [(one.number, str(url)) for one in attempts for url in one.recording_urls]
    rows = (
        (number, see(url), url if revealed or _tells_no_number(url) else "")
        for number, url in found
    )
    return first(rows, SHOWN_RECORDINGS, total=len(found) + call.unread("recordings"))


def _tells_no_number(address: str) -> bool:
    return len(address) <= LONGEST_ADDRESS and story.mask_text(address) == address


def _unknown(call: Call, attempts: Sequence[Attempt], see: Callable[[str], str]) -> Shown:
    """Rows of the fields that the alias table lacks: where each stood, its name, its JSON."""
    places = [("call", call.unknown)]
    places += [(f"attempt {one.number}", one.unknown) for one in attempts]
    found = (
        (where, see(name), see(json.dumps(value, ensure_ascii=False)))
        for where, fields in places
        for name, value in fields.items()
    )
    total = sum(len(fields) for _, fields in places) + call.unread("unknown")
    return first(found, SHOWN_UNKNOWN, total=total)


def _facts(call: Any) -> list[tuple[str, str, str]]:
    """Rows of label, value and field; fields without a value are left out."""
    facts = [
        ("Request ID", call.request_id, "request_id"),
        ("Client identifier", call.client_identifier, "client_identifier"),
        ("Flow status", _flow_status(call.flow_status), "flow_status"),
    ]
    return [fact for fact in facts if fact[1]]


def _flow_status(status: str) -> str:
    words = story.flow_status_label(status) if status else ""
    return f"{words} ({status})" if words and words != status else status


def _items(call: Call) -> QuerySet[LookupItem]:
    # A call belongs to one team, and so does every lookup that shows it.
    return LookupItem.objects.filter(call=call).select_related("lookup").order_by("-lookup_id")


def _came_from(request: PageRequest, call: Call) -> dict[str, Any] | None:
    """The lookup that the reader came from, and the calls beside this one in its order."""
    item = _items(call).filter(lookup=whole_number(request.GET.get("lookup"))).first()
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


def _ticket_text(request: PageRequest, call: Call, verdict: str) -> str:
    """What an agent pastes into a ticket: the masked verdict, and a link back."""
    asked = date_format(timezone.localtime(call.fetched_at), "j M Y H:i T")
    address = request.build_absolute_uri(call.get_absolute_url())
    return f"{verdict}\nPhonon UUID {call.uuid}, as Phonon told on {asked}.\n{address}"
