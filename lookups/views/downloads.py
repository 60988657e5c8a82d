"""Downloads: the same rows as the screen, streamed, and seen by the audit."""

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from lookups import access, audit, exports, search
from lookups.intake import Entry
from lookups.models import Lookup, LookupItem


def download_lookup(request: HttpRequest, desk: access.Desk, lookup: Lookup) -> HttpResponse:
    return _download(request, desk, exports.lookup_rows(lookup), about=f"lookup {lookup.pk}")


def download_calls(request: HttpRequest, desk: access.Desk) -> HttpResponse:
    text = request.GET.get("q", "")
    try:
        found = search.apply(search.parse(text), team=desk.team)
    except search.SearchError as error:
        messages.error(request, error.sentence)
        return redirect("calls")
    return _download(request, desk, exports.call_rows(found, desk.team), about="calls", query=text)


def download_rejected(
    entries: Iterable[Entry | LookupItem], columns: Sequence[str], *, about: str
) -> HttpResponse:
    """What was left out of an intake, as a file that can be mended and handed in again."""
    rows = exports.rejected_rows(entries, columns)
    chunks = exports.write("excel-csv", (*exports.REJECTED_COLUMNS, *columns), rows)
    return _attachment(chunks, "excel-csv", about=f"{about} rejected")


def _download(
    request: HttpRequest, desk: access.Desk, table: exports.Table, *, about: str, **facts: str
) -> HttpResponse:
    name = request.GET.get("format", "csv")
    if name not in exports.FORMATS:
        raise Http404
    try:
        chunks = exports.write(name, table.columns, table.rows, count=table.count)
    except exports.ExportError as error:
        messages.error(request, error.sentence)
        return redirect("calls")
    audit.record("exported", by=desk.user, team=desk.team, about=about, format=name, **facts)
    return _attachment(chunks, name, about=about)


def _attachment(chunks: Iterable[bytes], name: str, *, about: str) -> HttpResponse:
    response = StreamingHttpResponse(chunks, content_type=exports.FORMATS[name].content_type)
    file = exports.filename(name, about=about, on=timezone.localdate())
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
