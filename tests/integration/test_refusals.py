"""Errors that a person reads: on a page, and as an exit code with one line."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from lookups import backup, intake, lifecycle, people, pull, search
from lookups.credentials import CannotOpen
from lookups.exports import ExportError
from lookups.management.commands import create_team
from lookups.people import password_links
from lookups.refusal import Refusal
from lookups.views import lookups as lookup_views
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
SENTENCE = "The tea is cold. Make a new pot."


def refusing(refusal: Refusal):
    def refuse(*_: object, **__: object):
        raise refusal

    return refuse


@pytest.mark.parametrize(
    "kind",
    [
        backup.BackupError, intake.NoSuchChoice, lifecycle.Retired, people.LastManager,
        password_links.NotTheirs, pull.TimedOut, search.SearchError, CannotOpen, ExportError,
    ],
)  # fmt: skip
def test_every_error_that_a_person_reads_is_a_refusal_with_its_sentence(kind):
    refusal = kind(SENTENCE)
    assert isinstance(refusal, Refusal)
    assert refusal.sentence == str(refusal) == SENTENCE


def test_a_refusal_that_no_view_expects_is_a_page_with_its_sentence(agent, monkeypatch):
    client = Client()
    client.force_login(agent)
    monkeypatch.setattr(lookup_views.access, "lookups", refusing(Refusal(SENTENCE)))
    page = client.get(reverse("lookups"))
    assert page.status_code == 422
    assert SENTENCE in page.content.decode()


def test_a_refusal_is_told_where_the_person_has_clicked(agent, look_up, credential, monkeypatch):
    client = Client()
    client.force_login(agent)
    lookup = look_up(some_uuids(1)[0], credential)
    monkeypatch.setattr(lifecycle, "retry", refusing(lifecycle.Retired(SENTENCE)))
    page = client.post(reverse("lookup-retry", args=[lookup.pk]), follow=True)
    assert page.redirect_chain == [(lookup.get_absolute_url(), 302)]
    assert SENTENCE in page.content.decode()


@pytest.mark.parametrize(("kind", "code"), [(Refusal, 1), (search.SearchError, 2)])
def test_a_command_ends_with_the_sentence_and_the_exit_code_of_the_refusal(kind, code, monkeypatch):
    monkeypatch.setattr(create_team.people, "create_team", refusing(kind(SENTENCE)))
    with pytest.raises(CommandError) as told:
        call_command("create_team", "delays", "--name", "Flight delays")
    assert (str(told.value), told.value.returncode) == (SENTENCE, code)
