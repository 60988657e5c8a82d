"""Whole numbers: noted without the number, and so many an hour."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from lookups import audit
from lookups.models import AuditEvent
from tests.integration.number_searches.numbers import NUMBER, TEXT, UUID, noted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text", [f"number:{NUMBER}", f"+{NUMBER}", "76531234", '"98765 31234"', "client:76531234",
    f"-did:{NUMBER}", f'key:"{" ".join(NUMBER)}"', f"cause:{NUMBER[:9]}", f"status:{NUMBER}"]
)  # fmt: skip
def test_a_search_for_a_whole_number_is_noted_without_it(text, asks, secret):
    asks(text)
    (event,) = noted()
    assert (event.by, event.team_slug) == ("asha", "delays")
    assert not any(character.isdigit() for character in str(event.facts))


@pytest.mark.parametrize(
    "text",
    ["", "1234", "number:1234", "smith", "outcome:busy after:2026-11-12", UUID, f"request:{UUID}"],
)
def test_other_searches_are_not(text, asks):
    asks(text)
    assert noted() == []


def test_the_same_number_counts_once_within_the_hour(asks, signed_in, agent):
    asks(f"number:{NUMBER}")
    asks(f"number:+{NUMBER} outcome:answered")
    asks(f"number:{NUMBER}", at="o0.1")
    signed_in(agent).get(reverse("calls-export"), {"q": f"number:{NUMBER}", "format": "csv"})
    assert len(noted()) == 1


def test_beyond_the_limit_a_sentence_says_when_it_goes_on(asks, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 3
    for number in ("91000001", "91000002,91000003"):
        assert "within an hour" not in asks(f"number:{number}")
    page = asks(f"number:{NUMBER}")
    assert "You have searched for 3 numbers within an hour, and 3 are the most." in page
    assert f'value="number:{NUMBER}"' in page
    assert "No call fits" in asks("number:91000002")
    AuditEvent.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert "1 call" in asks(f"number:{NUMBER}")


def test_a_list_of_numbers_counts_each(asks, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 3
    page = asks("number:91000001,91000002 did:91000003 91000004")
    assert "This search holds 4 numbers, and a person may search for 3 an hour." in page
    assert noted() == []


def test_number_searches_can_be_switched_off(asks, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 0
    assert "switched off in this portal" in asks(f"number:{NUMBER}")
    assert "1 call" in asks("number:1234")


def test_the_limit_is_a_persons_own(asks, signed_in, manager, settings):
    settings.NUMBER_SEARCHES_AN_HOUR = 1
    asks(f"number:{NUMBER}")
    page = signed_in(manager).get(reverse("calls"), {"q": "number:91000001"}).content.decode()
    assert "within an hour" not in page


def test_an_export_over_the_limit_goes_back_to_the_search_with_the_sentence(
    asks, signed_in, agent, settings
):
    settings.NUMBER_SEARCHES_AN_HOUR = 1
    asks(f"number:{NUMBER}")
    query = {"q": "number:91000001", "format": "csv"}
    page = signed_in(agent).get(reverse("calls-export"), query, follow=True).content.decode()
    assert "1 are the most" in page


def test_an_exports_event_holds_no_number(signed_in, agent, secret):
    query = f"outcome:answered number:+{NUMBER} 1234"
    signed_in(agent).get(reverse("calls-export"), {"q": query, "format": "csv"})
    told = AuditEvent.objects.get(event="exported").facts["query"]
    assert told.startswith("outcome:answered number:#")
    assert told.endswith(" 1234")
    assert NUMBER[:8] not in str(list(AuditEvent.objects.values_list("facts", "about")))


def test_the_commands_export_is_whole_and_its_event_holds_no_number(team, secret, tmp_path):
    path = tmp_path / "calls.csv"
    call_command("export", team=team.slug, query=f"number:{NUMBER}", format="csv", output=str(path))
    assert TEXT in path.read_text()
    assert NUMBER[:5] not in str(AuditEvent.objects.get(event="exported").facts)


def test_what_was_noted_of_older_searches_loses_its_numbers(team):
    kept = ["outcome:busy after:2026-10-01T10:30 number:2728", f"uuid:{UUID}", "rejected", UUID]
    lost = ["number:+919876531234", "+91 98765 31234 outcome:busy", 'client:"98765_31234"', "98765"]
    for query in [*kept, *lost]:
        audit.record("exported", by=None, team=team, about="calls", query=query)
    migration = import_module("lookups.migrations.0021_no_numbers_in_the_audit")
    migration.mask_queries(apps, None)
    told = [
        event.facts["query"] for event in AuditEvent.objects.filter(event="exported").order_by("id")
    ]
    assert told[: len(kept)] == kept
    assert told[len(kept) :] == ["number:••••", "•••• outcome:busy", 'client:"••••"', "••••"]
