"""How often passwords were guessed."""

from django.db import models


class Guesses(models.Model):
    """The guesses that count against one name, one place, or one name at one place.

    Each guess counts for a while; from `drained_at` on none does, and the row can be deleted. The
    key is a keyed hash, because some people type a password where the name belongs.
    """

    key = models.CharField(max_length=64, primary_key=True)
    drained_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} until {self.drained_at}"
