from django.db import models


class Guesses(models.Model):
    """The passwords lately tried for one name, from one place, or both. `guesses` counts them.

    They fade one by one; at `drained_at` none counts any more, and the row may go. The key is a
    keyed hash, because some people type a password where the name belongs.
    """

    key = models.CharField(max_length=64, primary_key=True)
    drained_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} until {self.drained_at}"
