"""The forms of the pages. The modules behind them decide what is right and wrong."""

from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4, uuid5

from django import forms
from django.conf import settings
from django.contrib.auth.forms import UsernameField
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.functional import cached_property

from lookups import credentials, intake, lifecycle
from lookups.access import Desk
from lookups.lifecycle import standing, uploads
from lookups.models import Credential, CredentialQuerySet, Lookup, Member, Upload, User
from lookups.whole_number import whole_number

# How a file is read, as `intake.Choices` has it.
READING_FIELDS = ["part", "encoding", "sheet", "column", "hidden_rows"]
KEY_FIELDS = [
    *("text", "credential", "fetch_attempt", "refresh", "watch", "title", "upload"),
    *READING_FIELDS,
]


def _credential_field(usable: CredentialQuerySet) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        usable,
        empty_label=None,
        error_messages={
            "required": "Choose the credential to ask Phonon with.",
            "invalid_choice": "This credential is no longer there. Choose another one.",
        },
    )


class LookupForm(forms.Form):
    """The form of a new lookup. `intake` reads its text or file."""

    text = forms.CharField(
        label="Phonon UUIDs",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label="Upload a file", required=False, allow_empty_file=True)
    credential = _credential_field(Credential.objects.none())
    fetch_attempt = forms.ChoiceField(
        label="Fetch attempts",
        choices=Lookup.FetchAttempt.choices,
        initial=Lookup.FetchAttempt.ALL,
        widget=forms.RadioSelect,
    )
    refresh = forms.BooleanField(label="Ask again for calls that are final", required=False)
    watch = forms.BooleanField(label="Watch calls that are still open", required=False)
    title = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": "Keep the title to 120 characters."},
    )
    # The key of a file that the portal has received already, and how to read it.
    upload = forms.CharField(required=False, widget=forms.HiddenInput)
    part = forms.CharField(required=False)
    encoding = forms.CharField(required=False)
    sheet = forms.CharField(required=False)
    column = forms.CharField(required=False)
    hidden_rows = forms.CharField(required=False)
    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        usable = Credential.objects.for_team(desk.team).usable()
        field = self.fields["credential"] = _credential_field(usable)
        self.usable = list(usable)
        # The pages show how each one stands.
        field.choices = standing.in_groups(self.usable, timezone.now())
        field.initial = self.first_choice.pk if self.first_choice else None

    def is_empty(self) -> bool:
        return not (self._file() or self._upload_key() or self.pasted())

    def pasted(self) -> str:
        text: str = (self.data if self.is_bound else self.initial).get("text", "")
        return text

    def choices(self) -> intake.Choices:
        """How to read the file. Choices that were made for an earlier file do not count."""
        if self._file():
            return intake.Choices()
        return intake.Choices(**{name: self.data.get(name, "") for name in READING_FIELDS})

    def material(self) -> uploads.Material:
        """What was handed in; a file is stored on arrival. Raises IntakeError."""
        if (self._file() or self._upload_key()) and self.pasted().strip():
            raise intake.IntakeError(
                "There is text in the box and a file beside it. Clear one of them, "
                "or look them up one after the other."
            )
        upload = self.file_given()
        if upload is None:
            return uploads.pasted(self.pasted(), self.choices())
        return uploads.material_of(upload, self.choices())

    @cached_property
    def _received(self) -> Upload | None:
        file = self._file()
        if file is None:
            return None
        # A file of a request has a name and a size; Django's types allow for others.
        material, size = uploads.Material(file.name or "file", file), file.size or 0
        if size > settings.INTAKE_FILE_BYTES:
            raise intake.too_large(size, material.limits())
        return uploads.keep(material, team=self.desk.team, by=self.desk.user)

    def file_given(self) -> Upload | None:
        """The file as it is stored, or None. Raises IntakeError when it is too large or gone."""
        if self._file():
            return self._received
        if not self._upload_key():
            return None
        key = whole_number(self._upload_key())
        mine = uploads.waiting(self.desk.team, self.desk.user)
        upload = mine.filter(pk=key).first() if key else None
        if upload is None:
            raise intake.IntakeError(uploads.GONE)
        return upload

    def kept_upload(self) -> Upload | None:
        """The file as it is stored, or None where there is none to read again."""
        try:
            return self.file_given()
        except intake.IntakeError:
            return None

    def _file(self) -> UploadedFile | None:
        return self.files.get("file")

    def _upload_key(self) -> str:
        return self.data.get("upload", "") if self.is_bound else ""

    def request_key(self) -> UUID:
        """A key that is the same for a form sent twice, and another one for any change in it.

        A browser that goes back shows the old form with its old nonce; what is then sent anew must
        not be taken for what was sent before.
        """
        digest = sha256(
            "\0".join(self.data.get(name, "") for name in KEY_FIELDS).encode(errors="replace")
        )
        if file := self._file():
            file.seek(0)
            for chunk in file.chunks():
                digest.update(chunk)
        return uuid5(self.cleaned_data["nonce"], digest.hexdigest())

    def chosen_credential(self) -> Credential | None:
        """The credential that the form names, else the first choice; None without any."""
        chosen = whole_number(self.data.get("credential"))
        return next((one for one in self.usable if one.pk == chosen), None) or self.first_choice

    @cached_property
    def first_choice(self) -> Credential | None:
        """The credential that is chosen before the person says anything; None without any."""
        last_used = lifecycle.last_used_credential(self.desk.team, by=self.desk.user)
        return standing.first_choice(self.usable, timezone.now(), last_used=last_used)


class CredentialForm(forms.ModelForm):
    """A credential to save. Its two ids are write-only: an empty field keeps the stored id."""

    security_id = forms.CharField(
        label="Security ID",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    flow_id = forms.CharField(
        label="Flow ID",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Credential
        fields = [
            "label",
            "endpoint_url",
            "api_version",
            "max_uuids",
            "max_concurrent",
            "requests_per_minute",
        ]
        labels = {"label": "Label", "max_uuids": "UUIDs a request"}

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = self.cleaned_data
        if self.instance.pk and values.get("version") is not None:
            self.instance.version = values["version"]
        if not self.errors:
            for name in ("label", "endpoint_url", "api_version"):
                setattr(self.instance, name, values[name])
            credentials.check(
                self.instance, security_id=values["security_id"], flow_id=values["flow_id"]
            )
        return values

    def validate_unique(self) -> None:
        """Checks the label. Django does not, because the team is no field of the form."""
        same = Credential.objects.for_team(self.instance.team).filter(label=self.instance.label)
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("label", "Your team has a credential with this label. Choose another.")

    def save_by(self, user: User) -> Credential | None:
        """The saved credential; None, with an error on the form, when it could not be saved."""
        try:
            return credentials.save(
                self.instance,
                by=user,
                security_id=self.cleaned_data["security_id"],
                flow_id=self.cleaned_data["flow_id"],
            )
        except ValidationError as error:
            self.add_error(None, error)
            return None


class NameOfAnother(UsernameField):
    """A name as the sign-in form reads it, without a browser's offer of the person's own."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"autocomplete": "off"}


class MemberForm(forms.Form):
    """A person to add: one who has an account is invited, anyone else gets an account."""

    username = NameOfAnother(max_length=150, validators=[User.username_validator])
    full_name = forms.CharField(label="Full name", max_length=150, required=False)
    role = forms.ChoiceField(choices=Member.Role.choices, initial=Member.Role.AGENT)
