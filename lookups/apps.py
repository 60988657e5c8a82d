"""What Django starts the app with: its checks, audit events and database connections."""

from django.apps import AppConfig


class LookupsConfig(AppConfig):
    name = "lookups"
    verbose_name = "Phonon Portal"

    def ready(self) -> None:
        from lookups import audit, checks  # noqa: F401  (all register themselves)
        from lookups.database import on_connect  # noqa: F401
