"""What was handed in: kept once, byte for byte, and read as often as it is needed.

A file that is dropped on the page is kept at once, so that its preview can be asked again and its
lookup submitted without sending it again. It is deleted when every entry has its place in a lookup,
or after a day without one.
"""

import io
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lookups import intake
from lookups.models import PIECE_BYTES, Lookup, Team, Upload, UploadPiece, User
from lookups.story.masking import cut

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

KEPT_WITHOUT_LOOKUP = timedelta(days=1)
KEPT_PER_PERSON = 5
NO_CHOICES = intake.Choices()
GONE = "The file is no longer here. Choose it again."


@dataclass(frozen=True)
class Material:
    """What intake reads: bytes under a name ("" for pasted text), and how to read them."""

    name: str
    stream: IO[bytes]
    choices: intake.Choices = field(default_factory=intake.Choices)
    upload: Upload | None = None
    """Where the bytes are kept, if they are."""

    def limits(self) -> intake.Limits:
        size = settings.INTAKE_FILE_BYTES if self.name else settings.INTAKE_PASTE_BYTES
        return intake.Limits(max_bytes=size, max_uuids=settings.INTAKE_MAX_UUIDS)

    def source(self) -> intake.Source:
        """Raises IntakeError with a sentence for the person."""
        if self.name:
            return intake.open_file(self.name, self.stream, self.limits(), self.choices)
        self.stream.seek(0)
        text = self.stream.read().decode("utf-8", errors="surrogatepass")
        return intake.open_text(text, self.limits(), self.choices)


def pasted(text: str, choices: intake.Choices = NO_CHOICES) -> Material:
    return Material("", io.BytesIO(text.encode("utf-8", errors="surrogatepass")), choices)


def keep(material: Material, *, team: Team, by: User) -> Upload:
    """Stores the bytes; the person's oldest uploads without a lookup make room."""
    material.stream.seek(0, io.SEEK_END)
    size = material.stream.tell()
    with transaction.atomic():
        upload = Upload.objects.create(team=team, by=by, name=cut(material.name, 200), size=size)
        material.stream.seek(0)
        number = 0
        while data := material.stream.read(PIECE_BYTES):
            UploadPiece.objects.create(upload=upload, number=number, data=data)
            number += 1
        mine = waiting(team, by).exclude(pk=upload.pk).order_by("-pk")
        surplus = mine.values_list("pk", flat=True)[KEPT_PER_PERSON - 1 :]
        Upload.objects.filter(pk__in=list(surplus)).delete()
    return upload


def waiting(team: Team, by: User) -> QuerySet[Upload]:
    """What the person has handed in and not looked up yet."""
    return Upload.objects.for_team(team).filter(by=by, lookup=None)


def material_of(upload: Upload, choices: intake.Choices) -> Material:
    """What was kept, opened again."""
    stream = io.BufferedReader(_Pieces(upload), PIECE_BYTES)
    return Material(upload.name, stream, choices, upload)


def material_of_lookup(lookup: Lookup) -> Material:
    """What the lookup still reads its entries from. Raises Upload.DoesNotExist when it is gone."""
    if lookup.upload is None:
        raise Upload.DoesNotExist(f"The upload of lookup {lookup.pk} is gone.")
    return material_of(lookup.upload, intake.Choices(**lookup.choices))


def stored_choices(choices: intake.Choices) -> dict[str, str]:
    return asdict(choices)


def forget_old() -> int:
    """Deletes what nobody has looked up for a day; how many uploads that was."""
    old = Upload.objects.filter(lookup=None, created_at__lt=timezone.now() - KEPT_WITHOUT_LOOKUP)
    count = old.count()
    old.delete()
    return count


class _Pieces(io.RawIOBase):
    """The bytes of an upload as a file, one piece in memory at a time."""

    def __init__(self, upload: Upload) -> None:
        self._upload = upload
        self._position = 0
        self._number = -1
        self._piece = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._upload.size}
        self._position = max(0, start[whence] + offset)
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        room = memoryview(buffer)
        number, start = divmod(self._position, PIECE_BYTES)
        if self._position >= self._upload.size:
            return 0
        if number != self._number:
            rows = UploadPiece.objects.filter(upload=self._upload, number=number)
            piece = rows.values_list("data", flat=True).first()
            if piece is None:
                raise intake.IntakeError(GONE)
            self._piece, self._number = bytes(piece), number
        data = self._piece[start : start + len(room)]
        room[: len(data)] = data
        self._position += len(data)
        return len(data)
