"""Cells that changed: what stood there before, through the same filters as the cells themselves."""

from collections.abc import Callable

from django import template
from django.template import Context
from django.template.defaultfilters import capfirst
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lookups import fields, story
from lookups.fields import Kind
from lookups.hiding import NUMBERS, hidden_text
from lookups.models import Attempt, Call
from lookups.story.words import day, zone_abbreviation
from lookups.templatetags import portal
from lookups.templatetags.drawings import icon

register = template.Library()

Shown = SafeString | str
EMPTY = "empty"


def _time(text: str) -> Shown:
    return portal.when(parse_datetime(text), "seconds")


def _length(text: str) -> str:
    return portal.duration(float(text))


def _message(text: str) -> str:
    return capfirst(portal.message_words(text))


_KINDS = {field.name: field.kind for field in (*fields.CALL, *fields.ATTEMPT)}
_OF_CALL = {field.name for field in fields.CALL if field.label}
# Written by the portal, as its own filters read them.
_OURS = {Kind.TIME, Kind.SECONDS, Kind.OUTCOME}
_BY_KIND: dict[Kind, Callable[[str], Shown]] = {
    Kind.TIME: _time,
    Kind.SECONDS: _length,
    Kind.OUTCOME: story.outcome_label,
    Kind.PARTY: portal.hangup_by,
}
_BY_NAME: dict[str, Callable[[str], Shown]] = {
    "flow_status": story.flow_status_label,
    "cause_code": portal.cause,
    "sms_status": _message,
    "email_status": _message,
}


def _hidden(field: str, text: str) -> str:
    if _KINDS.get(field) is Kind.KEYS:
        return story.mask_keys(text)
    return hidden_text(Call if field in _OF_CALL else Attempt, field, text)


@register.simple_tag(takes_context=True)
def cell(context: Context, field: str, text: str) -> Shown:
    """A stored text as the cell of that field shows it; "empty" for none. Numbers are masked
    unless the page is `revealed`."""
    if text == "":
        return EMPTY
    kind = _KINDS.get(field, Kind.TEXT)
    if not context.get("revealed") and kind not in _OURS:
        text = _hidden(field, text)
    if field in NUMBERS:
        return format_html('<span class="number">{}</span>', text)
    return (_BY_NAME.get(field) or _BY_KIND.get(kind) or str)(text)


@register.simple_tag(takes_context=True)
def was(context: Context, key: str, field: str) -> SafeString | str:
    """The mark of a cell that changed, with what stood there before; "" for any other cell.

    `key` is the attempt's, "" for the call itself; `cell_changes` of the context holds the lines.
    """
    changes = context.get("cell_changes") or {}
    line = changes.get(key, {}).get(field)
    if line is None:
        return ""
    local = timezone.localtime(line.seen_at)
    zone = zone_abbreviation(local, timezone.get_current_timezone())
    seen = f"{day(local, with_year=True)} {local:%H:%M:%S} {zone}"
    words = "new" if line.is_new else format_html("was {}", cell(context, field, line.before))
    return format_html(
        '<span class="was" title="Changed, seen {}">{}<span>'
        '<span class="visually-hidden">Changed: </span>{}</span></span>',
        seen,
        icon("changed"),
        words,
    )
