"""Drawings of the pages, made on the server as SVG: pills, marks, bars, the timeline.

Lengths are written as attributes, never as styles, because the pages allow no inline style.
Colours come from the class "o-<key>" in pieces.css.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from lookups.story import Mark, Timeline, outcome_label

register = template.Library()

# One icon a key, drawn in a box of 16 by 16.
_TICK, _CROSS, _DASH = "M3.5 8.5l3 3 6-7", "M4.5 4.5l7 7M11.5 4.5l-7 7", "M4 8h8"
_CLOCK = "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 1 0 8 2.2M8 5v3.2l2 1.3"
_BARRED = "M8 2.2a5.8 5.8 0 1 0 0 11.6A5.8 5.8 0 1 0 8 2.2M4 12l8-8"
_BACK, _BANG = "M12 4l-7.5 7.5M4.5 5.5v6h6", "M8 3v6M8 12.6v.1"
_DOTS, _ASK = (
    "M3.6 8h.1M8 8h.1M12.4 8h.1",
    "M5.6 6a2.4 2.4 0 1 1 3.6 2c-.8.5-1.2.9-1.2 1.8M8 12.8v.1",
)
_TURN, _PAUSE = "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3", "M5.5 4v8M10.5 4v8"
_FORK = "M8 13V9L4.5 4M8 9l3.5-5"
_SWAP = "M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13"
_EYE = (
    "M1.6 8C3.3 5.2 5.4 3.8 8 3.8S12.7 5.2 14.4 8C12.7 10.8 10.6 12.2 8 12.2S3.3 10.8 1.6 8z"
    "M8 6.4a1.6 1.6 0 1 0 0 3.2a1.6 1.6 0 1 0 0-3.2"
)
_ICONS = {
    "answered": _TICK,
    "found": _TICK,
    "done": _TICK,
    "active": _TICK,
    "no_answer": _CLOCK,
    "waiting": _PAUSE,
    "paused": _PAUSE,
    "busy": _CROSS,
    "rejected": _BACK,
    "invalid_number": _BARRED,
    "cancelled": _DASH,
    "not_found": _DASH,
    "retired": _DASH,
    "failed": _BANG,
    "unknown": _ASK,
    "pending": _DOTS,
    "planned": _DOTS,
    "queued": _DOTS,
    "running": _TURN,
    "claimed": _TURN,
    "split": _FORK,
    "changed": _SWAP,
    "watching": _EYE,
}
_STEP, _HEIGHT = 15, 14  # of a row of marks, in pixels
# A piece of a bar is at least this wide, in per cent, so that one call in a million can be seen.
_LEAST_SHARE = 0.6


@register.simple_tag
def icon(key: str) -> SafeString:
    """The icon of an outcome or state, hidden from those who listen: a word stands beside it."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>',
        _ICONS.get(key, _ASK),
    )


@register.simple_tag
def outcome(key: str, label: str = "") -> SafeString:
    """The pill of an outcome or state: one colour, one icon, one word."""
    return format_html(
        '<span class="pill o-{}">{}{}</span>', key, icon(key), label or outcome_label(key)
    )


@register.simple_tag
def logo(size: int = 24) -> SafeString:
    """The portal's sign, the bars of a waveform, `size` pixels wide."""
    return format_html(
        '<svg class="logo" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true">'
        '<path d="M2 10.5v3M6 7v10M10 4v16M14 8v8M18 5.5v13M22 10.5v3" fill="none"'
        ' stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/></svg>',
        str(size),
    )


@register.simple_tag
def marks(row: Sequence[Mark]) -> SafeString | str:
    """A call's attempts as a row of marks, each with its title; "" for no attempt."""
    if not row:
        return ""
    drawn = format_html_join(
        "",
        '<g class="o-{}"><title>{}</title>{}</g>',
        (
            (one.outcome or "unknown", one.title, _mark(one, 7 + _STEP * place))
            for place, one in enumerate(row)
        ),
    )
    last = row[-1]
    return format_html(
        '<svg class="marks" role="img" width="{}" height="{}" aria-label="{}">{}</svg>',
        str(_STEP * len(row) + 7 * len(last.text)),
        str(_HEIGHT),
        "; ".join(one.title for one in row),
        drawn,
    )


def _mark(mark: Mark, x: int) -> SafeString:
    # x arrives as a whole number; written with str() so that no locale puts a comma into it.
    if mark.shape == "more":
        return format_html('<text x="{}" y="11">{}</text>', str(x - 5), mark.text)
    if mark.shape == "disc":
        return format_html('<circle class="disc" cx="{}" cy="7" r="5"/>', str(x))
    if mark.shape == "ring":
        return format_html('<circle class="ring" cx="{}" cy="7" r="4"/>', str(x))
    path = f"M{x - 4} 7h8" if mark.shape == "dash" else f"M{x - 3} 4l6 6m0-6l-6 6"
    return format_html('<path class="{}" d="{}"/>', mark.shape, path)


@dataclass(frozen=True)
class Piece:
    """What a bar needs of one of its pieces."""

    key: str
    label: str
    count: int


@register.simple_tag
def bar(segments: Iterable[Any]) -> SafeString:
    """A stacked bar of everything with .key, .label and .count, gaps between, as wide as its
    place. Empty pieces are left out; a bar of nothing is an empty track."""
    pieces = [one for one in segments if one.count]
    total = sum(one.count for one in pieces) or 1
    shares = [max(100 * one.count / total, _LEAST_SHARE) for one in pieces]
    scale = 100 / sum(shares) if shares else 1
    rects, gaps, x = [], [], 0.0
    for piece, share in zip(pieces, shares, strict=True):
        if x:
            gaps.append((f"{x:.3f}%",))
        width = share * scale
        title = f"{piece.label}: {piece.count:,}"
        # Half a per cent of overlap hides the seam that rounding leaves; the next piece covers it.
        rects.append((piece.key, f"{x:.3f}%", f"{width + 0.5:.3f}%", title))
        x += width
    said = ", ".join(f"{piece.label} {piece.count:,}" for piece in pieces) or "nothing yet"
    return format_html(
        '<svg class="bar" role="img" aria-label="{}">{}{}</svg>',
        said,
        format_html_join(
            "",
            '<rect class="o-{}" x="{}" width="{}" height="100%"><title>{}</title></rect>',
            rects,
        ),
        format_html_join("", '<line x1="{0}" x2="{0}" y1="0" y2="100%"/>', gaps),
    )


@register.simple_tag
def entries_bar(counted: Any) -> SafeString:
    """The bar of what was read: unique, duplicates, rejected and blank, of a summary or lookup."""
    return bar(
        [
            Piece("new", "Unique", counted.unique),
            Piece("duplicate", "Duplicates", counted.duplicates),
            Piece("refused", "Rejected", counted.rejected),
            Piece("blank", "Blank", counted.blank),
        ]
    )


@register.simple_tag
def progress_bar(progress: Any) -> SafeString:
    """The bar of what a lookup's unique UUIDs have come to."""
    keys = ("found", "not_found", "failed", "cancelled", "pending")
    return bar([Piece(key, outcome_label(key), getattr(progress, key)) for key in keys])


@register.inclusion_tag("lookups/_timeline.html")
def timeline(drawing: Timeline) -> dict[str, Timeline]:
    """The drawing of a call's attempts on a time axis, with the same in words."""
    return {"t": drawing}
