"""Downloads: the rows of the screen as a streamed file, which the audit notes."""

from collections.abc import Iterable, Iterator, Sequence

from django.contrib import messages
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode

from lookups import access, audit, exports, number_searches, search
from lookups.exports.writing import CHUNK_CHARACTERS
from lookups.intake import Entry
from lookups.models import Lookup, LookupItem
from lookups.views.page import PageRequest


def download_lookup(request: PageRequest, desk: access.Desk, lookup: Lookup) -> HttpResponseBase:
    rows = exports.lookup_rows(lookup)
    return _download(request, desk, rows, about=f"lookup {lookup.pk}", back=resolve_url(lookup))


def download_calls(request: PageRequest, desk: access.Desk) -> HttpResponseBase:
    text = request.GET.get("q", "")
    back = f"{resolve_url('calls')}?{urlencode({'q': text})}"
    try:
        query = search.parse(text)
        number_searches.note(query, by=desk.user, team=desk.team)
        found = search.apply(query, team=desk.team)
    except search.SearchError:
        # The page of the search says what is wrong, above the text that the person can mend.
        return redirect(back)
    rows = exports.call_rows(found, desk.team)
    return _download(request, desk, rows, about="calls", back=back, query=search.noted(query))


def download_rejected_of(
    request: PageRequest, desk: access.Desk, lookup: Lookup
) -> HttpResponseBase:
    rejected = lookup.items.filter(kind=LookupItem.Kind.REJECTED).order_by("position")
    about = f"lookup {lookup.pk}"
    if request.method == "HEAD":
        return download_rejected((), lookup.input_columns, about=about)
    audit.record(
        audit.Event.EXPORTED,
        by=desk.user,
        team=desk.team,
        about=about,
        format="excel-csv",
        query="rejected",
    )
    return download_rejected(rejected.iterator(), lookup.input_columns, about=about)


def download_rejected(
    entries: Iterable[Entry | LookupItem], columns: Sequence[str], *, about: str
) -> StreamingHttpResponse:
    """The rejected entries as a file that a person can mend and hand in again."""
    rows = exports.rejected_rows(entries, columns)
    chunks = exports.write("excel-csv", (*exports.REJECTED_COLUMNS, *columns), rows)
    return _attachment(chunks, "excel-csv", about=f"{about} rejected")


def download_text(pieces: Iterable[str], file: str) -> StreamingHttpResponse:
    """The text as a file of that name, sent as JSON where the name ends in .json."""
    kind = "application/json" if file.endswith(".json") else "text/plain; charset=utf-8"
    # Half a character, which JSON may hold, has no UTF-8: it becomes a question mark.
    chunks = (chunk.encode("utf-8", "replace") for chunk in _together(pieces))
    response = StreamingHttpResponse(chunks, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def _together(pieces: Iterable[str]) -> Iterator[str]:
    """The text in larger pieces, because the server takes 0.2 ms to send a piece of any size."""
    held: list[str] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > CHUNK_CHARACTERS:
            yield "".join(held)
            held, size = [], 0
    yield "".join(held)


def _download(
    request: PageRequest,
    desk: access.Desk,
    table: exports.Table,
    *,
    about: str,
    back: str,
    **facts: str,
) -> HttpResponseBase:
    """The file; where it cannot be made, a redirect `back` to the page that asked for it."""
    name = request.GET.get("format", "csv")
    if name not in exports.FORMATS:
        raise Http404
    if request.method == "HEAD":
        # No row leaves the portal, so no row is read and the audit notes nothing.
        return _attachment((), name, about=about)
    try:
        chunks = exports.write(name, table.columns, table.rows, count=table.count)
    except exports.ExportError as error:
        messages.error(request, error.sentence)
        return redirect(back)
    audit.record(
        audit.Event.EXPORTED, by=desk.user, team=desk.team, about=about, format=name, **facts
    )
    return _attachment(chunks, name, about=about)


def _attachment(chunks: Iterable[bytes], name: str, *, about: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=exports.FORMATS[name].content_type)
    file = exports.filename(name, about=about, on=timezone.localdate())
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
