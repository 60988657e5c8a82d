"""What agents hand in, before all of it has become items."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from lookups.models.team import TeamRow

PIECE_BYTES = 1024 * 1024


class Upload(TeamRow):
    """What an agent handed in, byte for byte. It is deleted once every entry of it has its item.

    The preview and the lookup read the same upload, so that a file is sent and stored once.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Empty for pasted text.
    name = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name or "pasted text"


class UploadPiece(models.Model):
    """The bytes of an upload from `number` × PIECE_BYTES on; only the last piece is shorter."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["upload", "number"], name="one_piece_per_number")
        ]

    def __str__(self) -> str:
        return f"Piece {self.number} of {self.upload_id}"
