"""What a report of an exception may show, on the page of DEBUG as elsewhere: no secret.

Django hides what is marked as sensitive, and only while DEBUG is off. A secret goes by any name in
a library's frame, so here every local variable and every value of a form is hidden, always.
"""

import re
from collections.abc import ItemsView, Iterator
from types import FrameType
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.html import escape
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

SECRETS = re.compile(
    "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|COOKIE|DATABASE_URL|SECURITY_ID|FLOW_ID|SEALED",
    flags=re.IGNORECASE,
)


class ReporterFilter(SafeExceptionReporterFilter):
    hidden_settings = SECRETS

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """The names of the form's fields, each with stars for its value."""
        return dict.fromkeys(request.POST if request else (), self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        nothing: dict[str, Any] = {}
        return nothing.items()


class Reporter(ExceptionReporter):
    """Hides secrets of the form in the text of the exception as well."""

    # Texts, not SafeStrings as Django declares: nothing of ours marks data as safe HTML.
    def get_traceback_html(self) -> str:  # type: ignore[override]
        return self._without_secrets(super().get_traceback_html())

    def get_traceback_text(self) -> str:  # type: ignore[override]
        return self._without_secrets(super().get_traceback_text())

    def _without_secrets(self, report: str) -> str:
        for secret in self._secrets():
            report = report.replace(secret, self.filter.cleansed_substitute)
        return report

    def _secrets(self) -> Iterator[str]:
        """Secret values of the form, as they stand in a text, in a repr, and in HTML."""
        form = self.request.POST if self.request else QueryDict()
        for name in filter(SECRETS.search, form):
            for value in filter(None, form.getlist(name)):
                for spelt in (value, repr(value)[1:-1]):
                    yield from (spelt, str(escape(spelt)))
