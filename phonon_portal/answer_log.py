"""The log's line on an answer: status, method, and the pattern of the address.

An address holds UUIDs and searches for telephone numbers; its pattern holds none.
"""

import logging

from django.http import HttpRequest
from django.urls import Resolver404, resolve

LOGGERS = ("django.request", "django.security")


class AnswerFilter(logging.Filter):
    """Makes one line of Django's record on an answer.

    A refused request (4xx) is everyday business: INFO, and no traceback. A fault of the portal's
    (5xx) keeps its level and its traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        status = getattr(record, "status_code", None)
        request = getattr(record, "request", None)
        if not (record.name.startswith(LOGGERS) and status and request):
            return True
        record.msg = "%s %s %s%s"
        record.args = (status, request.method, _pattern(request), _cause(record))
        if status < 500:
            record.levelno, record.levelname = logging.INFO, "INFO"
            record.exc_info = record.exc_text = None
        return True


def _pattern(request: HttpRequest) -> str:
    """The route as the list of addresses has it, such as /calls/<str:uuid>/."""
    try:
        # What is refused before the address is read has no match yet.
        match = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return "(no such address)"
    return f"/{match.route}"


def _cause(record: logging.LogRecord) -> str:
    """What Django refused it for, as " PermissionDenied", where Django says."""
    if record.exc_info and record.exc_info[0]:
        return f" {record.exc_info[0].__name__}"
    kind = record.name.removeprefix("django.security").lstrip(".")
    return "" if record.name == "django.request" or not kind else f" {kind}"
