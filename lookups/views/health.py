"""Pages for machines: whether the process lives, whether it can work, and its gauges."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from lookups.metrics import gauges
from lookups.models import Worker
from lookups.readiness import Readiness

_readiness = Readiness()


@require_safe
@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database takes what pages write; `worker` tells whether lookups go on."""
    try:
        database = _readiness.database()
        worker = "ok" if Worker.objects.alive().exists() else "none"
    except (DatabaseError, InterfaceError):
        return JsonResponse({"database": "away"}, status=503)
    if database != "ok":
        return JsonResponse({"database": database}, status=503)
    return JsonResponse({"database": database, "worker": worker})


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Gauges of the ledger in Prometheus' text format, without a team's name or row."""
    if not _may_read_metrics(request):
        return HttpResponse("A token or a superuser's sign-in is needed.\n", status=403)
    lines = [
        line for name, help_text, samples in gauges() for line in _gauge(name, help_text, samples)
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _may_read_metrics(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and constant_time_compare(sent, settings.METRICS_TOKEN):
        return True
    return request.user.is_authenticated and request.user.is_superuser


def _gauge(name: str, help_text: str, samples: dict[str, int]) -> Iterator[str]:
    yield f"# HELP phonon_portal_{name} {help_text}"
    yield f"# TYPE phonon_portal_{name} gauge"
    for label, value in samples.items():
        yield f'phonon_portal_{name}{{state="{label}"}} {value}'
