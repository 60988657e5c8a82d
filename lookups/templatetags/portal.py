"""Words of the pages: UUIDs, times, lengths, counts and masked numbers, written one way everywhere.

Drawings (pills, marks, bars, the timeline) are in `drawings`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from lookups import story
from lookups.story.words import day, zone_abbreviation

register = template.Library()

_STRONG = 8


@register.filter
def uuid(value: object) -> SafeString:
    """The UUID in the portal's type: the first eight digits strong, the rest dim."""
    text = str(value or "")
    return format_html('<span class="uuid"><b>{}</b>{}</span>', text[:_STRONG], text[_STRONG:])


@register.filter
def duration(seconds: float | None) -> str:
    """ "42 s", "1 min 12 s"; an en dash where no length is known."""
    return story.seconds_in_words(seconds) or "–"


@register.filter
def when(moment: datetime | str | None, precision: str = "minutes") -> SafeString | str:
    """ "12 Nov 10:47" in the active zone, with the year when it is not this one, and the whole
    of it with its offset as a title. `precision` "seconds" adds them, "clock" leaves out the day
    of today; "" for no moment."""
    if not isinstance(moment, datetime):  # also the "" of what a template did not find
        return ""
    zone = timezone.get_current_timezone()
    local = moment.astimezone(zone)
    date = day(local, with_year=local.year != timezone.localtime().year)
    clock = f"{local:%H:%M:%S}" if precision == "seconds" else f"{local:%H:%M}"
    is_today = local.date() == timezone.localdate()
    words = clock if precision == "clock" and is_today else f"{date} {clock}"
    return format_html(
        '<time class="nowrap" datetime="{}" title="{} {} {} ({})">{}</time>',
        local.isoformat(timespec="seconds"),
        day(local, with_year=True),
        f"{local:%H:%M:%S}",
        zone_abbreviation(moment, zone),
        f"{local:%z}",
        words,
    )


@register.filter
def masked_keys(pressed: str) -> str:
    """Keys that a customer pressed; of many, which may be an account, only how many."""
    return story.mask_keys(pressed)


@register.filter
def masked_text(text: object) -> str:
    """The text with every telephone number in it masked."""
    return story.mask_text(str(text or ""))


@register.filter
def web_address(url: object) -> bool:
    """Whether it is safe to make a link of what Phonon sent: http and https alone."""
    return str(url).lower().startswith(("https://", "http://"))


@register.filter
def as_query(text: str) -> str:
    """ "q=…&" for an address, the text escaped."""
    return f"{urlencode({'q': text})}&" if text else ""


@register.filter
def count(value: object) -> str:
    """A count with thousands separators, "10,412"; "" for None."""
    return f"{value:,}" if isinstance(value, int) else str(value or "")


@register.filter
def size(value: int | None) -> str:
    """Bytes as people read them: "812 B", "14 kB", "2.3 MB", "50 MB"; an en dash for None."""
    if value is None:
        return "–"
    if value < 1000:
        return f"{value} B"
    if value < 1_000_000:
        return f"{value / 1000:.0f} kB"
    return f"{value / 1_000_000:.1f} MB".replace(".0 MB", " MB")


ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little end first",
    "utf-16-be": "UTF-16, big end first",
    "utf-32": "UTF-32",
    "cp1250": "Central European",
    "cp1251": "Cyrillic",
    "cp1252": "Western European",
    "cp1253": "Greek",
    "cp1254": "Turkish",
    "cp1255": "Hebrew",
    "cp1256": "Arabic",
    "cp1257": "Baltic",
    "koi8_r": "Cyrillic, KOI8-R",
    "mac_roman": "Western European, Mac",
    "gb18030": "Chinese, simplified",
    "big5": "Chinese, traditional",
    "shift_jis": "Japanese, Shift JIS",
    "euc_jp": "Japanese, EUC",
    "euc_kr": "Korean",
}


@register.filter
def encoding(name: str) -> str:
    """An encoding as people know it: "Western European (cp1252)"."""
    known = ENCODINGS.get(name)
    if known is None or known.lower() == name:
        return known or name
    return f"{known} ({name})"


@register.filter
def milliseconds(value: int | None) -> str:
    """ "240 ms", "1.4 s"; an en dash for None."""
    if value is None:
        return "–"
    return f"{value} ms" if value < 1000 else f"{value / 1000:.1f} s"


@register.filter
def hangup_by(value: str) -> str:
    """Who ended the call, in the word that the verdicts use; an en dash where nobody said."""
    return story.hangup_by_label(value) or "–"


@register.filter
def cause(code: str) -> str:
    """ "18 · Ring timeout"; an en dash for no code."""
    return story.cause(code).label if str(code or "").strip() else "–"


@register.filter
def message_words(status: str) -> str:
    """ "queued" for SENT_TO_QUEUE; an unknown status as it came, in quotation marks."""
    return story.message_status_word(status)


@register.filter
def item(mapping: Mapping[str, Any] | str, key: str) -> Any:
    """The value under the key, or "" when there is none."""
    return mapping.get(key, "") if isinstance(mapping, Mapping) else ""


@register.filter
def pairs(mapping: Mapping[str, Any] | str) -> list[tuple[str, Any]]:
    """The names and values. In a template `mapping.items` would find a value named "items"."""
    return list(mapping.items()) if isinstance(mapping, Mapping) else []


@register.filter
def facts_in_words(facts: Mapping[str, Any]) -> str:
    """ "new: yes, ids entered: yes, unique: 185" of an audit event's facts."""
    words = {"True": "yes", "False": "no", "None": "none"}
    return ", ".join(
        f"{name.replace('_', ' ')}: {words.get(str(value), value)}" for name, value in pairs(facts)
    )


@register.filter
def minus(whole: int, part: int) -> int:
    """What is left of the whole without the part."""
    return whole - part


@register.filter
def share(part: float) -> str:
    """A part of 1 in per cent, "61 %"; "<1 %" and ">99 %" where rounding would say 0 or 100."""
    percent = 100 * part
    if 0 < percent < 1:
        return "<1 %"
    if 99 < percent < 100:
        return ">99 %"
    return f"{percent:.0f} %"
