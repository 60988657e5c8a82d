"""The forms of the pages. What is right and wrong is decided by the modules behind them."""

from hashlib import sha256
from uuid import UUID, uuid4, uuid5

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from lookups import credentials, intake, people
from lookups.models import Credential, Lookup, Member, Team, User


class LookupForm(forms.Form):
    """The new-lookup page. Reading the text or file is intake's part, not the form's."""

    text = forms.CharField(
        label="Phonon UUIDs",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "autocomplete": "off"}),
    )
    file = forms.FileField(label="Upload a file", required=False, allow_empty_file=True)
    credential = forms.ModelChoiceField(
        Credential.objects.none(),
        empty_label=None,
        error_messages={
            "required": "Choose the credential to ask Phonon with.",
            "invalid_choice": "This credential is no longer there. Choose another one.",
        },
    )
    fetch_attempt = forms.ChoiceField(
        label="Fetch attempts",
        choices=Lookup.FetchAttempt.choices,
        initial=Lookup.FetchAttempt.ALL,
        widget=forms.RadioSelect,
    )
    refresh = forms.BooleanField(label="Ask again for calls that are final", required=False)
    title = forms.CharField(
        required=False,
        max_length=120,
        error_messages={"max_length": "Keep the title to 120 characters."},
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: object, team: Team, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].queryset = Credential.objects.for_team(team).usable()

    def is_empty(self) -> bool:
        return not self.upload() and not self.pasted()

    def pasted(self) -> str:
        return self.data.get("text", "") if self.is_bound else self.initial.get("text", "")

    def upload(self) -> UploadedFile | None:
        return self.files.get("file")

    def limits(self) -> intake.Limits:
        size = settings.INTAKE_FILE_BYTES if self.upload() else settings.INTAKE_PASTE_BYTES
        return intake.Limits(max_bytes=size, max_uuids=settings.INTAKE_MAX_UUIDS)

    def source(self) -> intake.Source:
        """What was pasted or uploaded, opened. Raises IntakeError with a sentence."""
        upload = self.upload()
        if upload and self.pasted().strip():
            raise intake.IntakeError(
                "There is text in the box and a file beside it. Clear one of them, "
                "or look them up one after the other."
            )
        if upload:
            if upload.size > settings.INTAKE_FILE_BYTES:
                raise intake.too_large(upload.size, self.limits())
            upload.seek(0)
            return intake.open_file(upload.name, upload.read(), self.limits())
        return intake.open_text(self.pasted(), self.limits())

    def source_name(self) -> str:
        upload = self.upload()
        return upload.name if upload else "pasted text"

    def request_key(self) -> UUID:
        """The same for the same form sent twice, another one once anything in it was changed.

        A browser that goes back shows the old form with its old nonce; what is then sent anew must
        not be taken for what was sent before.
        """
        names = ["text", "credential", "fetch_attempt", "refresh", "title"]
        digest = sha256(
            "\0".join(self.data.get(name, "") for name in names).encode(errors="replace")
        )
        if upload := self.upload():
            upload.seek(0)
            for chunk in upload.chunks():
                digest.update(chunk)
        return uuid5(self.cleaned_data["nonce"], digest.hexdigest())

    def chosen_credential(self) -> Credential | None:
        """The credential as it stands in the form now, valid or not yet; None without any."""
        choices = self.fields["credential"].queryset
        chosen = self.data.get("credential", "")
        is_pk = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
        found = choices.filter(pk=int(chosen)).first() if is_pk else None
        return found or choices.first()


class CredentialForm(forms.ModelForm):
    """The two ids are write-only: the fields are always empty, and left empty they keep."""

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

    def clean(self) -> dict:
        values = super().clean()
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
        """The team is not a field of the form, so Django would leave the label unchecked."""
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


class MemberForm(forms.Form):
    """A new member: a person who has an account already, or one who gets it now."""

    username = forms.CharField(max_length=150, validators=[User.username_validator])
    full_name = forms.CharField(label="Full name", max_length=150, required=False)
    role = forms.ChoiceField(choices=Member.Role.choices, initial=Member.Role.AGENT)
    password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="For a new account only. They can use it to sign in at once.",
    )

    def clean(self) -> dict:
        values = super().clean()
        if self.errors:
            return values
        known = people.find_user(values["username"]) is not None
        if known and values["password"]:
            self.add_error(
                "password",
                "This person has an account and keeps their own password. Leave it empty.",
            )
        if not known:
            self._check_new_password(values)
        return values

    def _check_new_password(self, values: dict) -> None:
        if not values["password"]:
            self.add_error("password", "This is a new account. Give it a first password.")
            return
        try:
            validate_password(values["password"], User(username=values["username"]))
        except ValidationError as error:
            self.add_error("password", error)
