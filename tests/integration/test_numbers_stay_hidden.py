"""A number in every field of Phonon's and of input files, and no page that tells it."""

import json
import logging
import random
import sys
from datetime import datetime

import pytest
from django.conf import settings
from django.urls import reverse

from lookups import audit, hiding
from lookups.log_lines import MaskedLines
from lookups.models import Attempt, AuditEvent, Call, Change, Credential, Fetch, Lookup, LookupItem
from lookups.templatetags import portal
from tests.integration.builders import NOON
from tests.telephone_numbers import digits_read_in, is_in, strings_of, writings

pytestmark = pytest.mark.django_db

DTMF = "9876534678"
# With so few digits that no number can be taken for a part of one.
UUID = "fadedbee-face-4ace-8bad-decadecafbad"
OTHER = "decadebe-deaf-4fed-8abe-facadefacade"
WRITINGS = [
    "nothing in the middle", "underscore in the middle", "narrow no-break space in the middle",
    "zero-width space between pairs", "hyphen between digits", "brackets in the middle",
    "percent between pairs", "encoded space in the middle", "Arabic-Indic", "full-width",
    "circled", "entities",
]  # fmt: skip


class Planted:
    """Texts with a number of their own each, by the field where they stand."""

    def __init__(self, writing: str) -> None:
        self.numbers: dict[str, str] = {}
        self._writing = writing

    def bare(self, field: str) -> str:
        number = "9" + "".join(random.Random(field).choices("3456789", k=11))
        self.numbers[field] = number
        return writings(number)[self._writing]

    def __call__(self, field: str, longest: int = 1000) -> str:
        text = f"Q {self.bare(field)} q"
        return text if len(text) <= longest else text[: longest - 8] + self.bare(field)[:8]

    def shown_in(self, page: str) -> set[str]:
        """The fields whose number one of the strings of the page tells."""
        digits = " ".join(map(digits_read_in, strings_of(page)))
        return {field for field, number in self.numbers.items() if is_in(number, digits)}


def texts_of(model: type, planted: Planted, *, but: str = "") -> dict[str, str]:
    """A planted text for each column of text that is not the portal's own."""
    ours = {
        "uuid",
        "key",
        "outcome",
        "raw",
        "dtmf",
        "kind",
        "state",
        "worker",
        "read_as",
        *but.split(),
    }
    return {
        one.name: planted(f"{model.__name__}.{one.name}", one.max_length or 1000)
        for one in model._meta.concrete_fields
        if one.get_internal_type() in {"CharField", "TextField"} and one.name not in ours
    }


@pytest.fixture
def plant(team, agent, manager, credential):
    def rows(writing: str) -> Planted:
        planted = Planted(writing)
        says = planted("Credential.last_test_said")
        Credential.objects.filter(pk=credential.pk).update(
            last_test_at=NOON, last_test_ok=True, last_test_said=says,
            state="paused", paused_at=NOON, paused_reason=planted("Credential.paused_reason"),
        )  # fmt: skip
        call = _call(team, credential, planted)
        lookup = _lookup(team, agent, credential, call, planted)
        audit.record(
            "exported",
            by=agent,
            team=team,
            about=planted("audit about", 100),
            query=planted("audit"),
        )
        audit.record("sign_in_failed", by=None, team=team, about=planted("typed as a name", 100))
        planted.lookup = lookup
        return planted

    return rows


def _call(team, credential, planted: Planted) -> Call:
    raw = {
        planted("name in raw"): {"to": [planted("raw")], "split": list(planted.bare("raw list"))}
    }
    message = {"kind": "sms", "sent_at": None, "to": planted("message to")}
    message |= {"status": planted("message status"), "text": planted("message text")}
    call = Call.objects.create(
        team=team, credential=credential, uuid=UUID, outcome="failed", listed_at=NOON,
        fetched_at=NOON, first_fetched_at=NOON, attempt_outcomes=["failed"],
        messages=[message],
        keys={planted("name of a variable"): planted("variable")},
        unknown={planted("name of an unknown field"): [planted("unknown field")]},
        raw=json.dumps(raw),
        dtmf=" ".join(DTMF),
        **texts_of(Call, planted),
    )  # fmt: skip
    planted.numbers["Call.dtmf"] = DTMF
    for number in (1, 2):
        Attempt.objects.create(
            call=call, key=f"id:{number}", number=number, outcome="failed", fetched_at=NOON,
            started_at=NOON,
            recording_urls=["https://rec.example/" + planted(f"recording {number}")],
            unknown={"n": planted("unknown field of an attempt")}, raw=json.dumps(raw),
            dtmf=" ".join(DTMF), **texts_of(Attempt, planted),
        )  # fmt: skip
    fields = ("customer_number", "agent_number", "cause_code", "ended_by", "sms_status")
    cells = {name: [planted(f"before {name}"), planted(f"after {name}")] for name in fields}
    cells["dtmf"] = ["1", " ".join(DTMF)]
    Change.objects.create(team=team, call=call, attempt_key="id:2", seen_at=NOON, cells=cells)
    status = {"flow_status": [planted("status before"), planted("status after")]}
    Change.objects.create(team=team, call=call, attempt_key="", seen_at=NOON, cells=status)
    return call


def _lookup(team, agent, credential, call: Call, planted: Planted) -> Lookup:
    column = planted("name of a column")
    lookup = Lookup.objects.create(
        team=team, asked_by=agent, credential=credential, title=planted("title", 120),
        source=planted("file name", 200), input_columns=[column], watch_said=planted("watch", 200),
        watch_until=NOON, created_at=NOON.replace(year=2025), entries=4, unique=2, duplicates=1,
        rejected=1, blank=0, placed=4,
    )  # fmt: skip
    fetch = Fetch.objects.create(
        team=team, lookup=lookup, credential=credential, state="queued", uuid_count=2,
        lookup_requests=1, not_before=NOON.replace(year=2030), http_status=500, code=500,
        **texts_of(Fetch, planted),
    )  # fmt: skip
    columns = {column: planted("column")}
    rows = [
        {"kind": "unique", "uuid": UUID, "outcome": "found", "call": call, "columns": columns},
        {"kind": "unique", "uuid": OTHER, "outcome": "failed", "reason": planted("reason failed")},
        {"kind": "duplicate", "uuid": UUID, "first_line": 1},
        {"kind": "rejected", "reason": planted("reason rejected")},
    ]
    for place, row in enumerate(rows, 1):
        text = planted(f"text of a {row['kind']} entry", 200)
        values = {"position": place, "line": place, "text": text, "read_as": "dashes"} | row
        LookupItem.objects.create(lookup=lookup, fetch=fetch, **values)
    return lookup


def pages(client, lookup: Lookup) -> dict[str, str]:
    """Every page and part that is read without asking for numbers, by its address."""
    base, call = lookup.get_absolute_url(), reverse("call", args=[UUID])
    names = ("lookups", "calls", "credentials", "team", "audit", "new-lookup")
    addresses = [reverse(name) for name in names] + [base, call, f"{call}?lookup={lookup.pk}"]
    addresses += [f"{base}?tab={tab}" for tab in ("rejected", "duplicates", "requests", "details")]
    addresses += [f"{base}?changed=1", f"{base}?item=failed"]
    found = {address: client.get(address) for address in addresses}
    found |= {
        f"part of {one}": client.get(one, headers={"HX-Request": "true"}) for one in addresses
    }
    preview = {"text": UUID, "credential": lookup.credential_id, "fetch_attempt": "ALL"}
    found["preview"] = client.post(reverse("preview"), preview)
    return {address: answer.content.decode() for address, answer in found.items()}


def leaks(client, planted: Planted) -> set[tuple[str, str]]:
    return {
        (address, field)
        for address, page in pages(client, planted.lookup).items()
        for field in planted.shown_in(page)
    }


@pytest.mark.parametrize("writing", WRITINGS)
def test_no_page_tells_a_number_of_any_field(writing, plant, signed_in, agent, manager):
    planted = plant(writing)
    assert len(planted.numbers) > 60
    assert leaks(signed_in(agent), planted) == set()
    assert leaks(signed_in(manager), planted) == set()


def test_shown_numbers_are_all_on_the_page_and_in_the_audit(plant, signed_in, agent):
    planted = plant("underscore in the middle")
    page = signed_in(agent).post(reverse("call-numbers", args=[UUID])).content.decode()
    told = planted.shown_in(page)
    hidden = {field for field in planted.numbers if field.split(".")[0] in {"Attempt"}} - told
    assert hidden == set()
    assert {"raw", "raw list", "recording 1", "name of a variable", "variable", "Call.dtmf"} <= told
    assert 'href="https://rec.example/' in page
    assert AuditEvent.objects.filter(event="numbers_shown", by="asha").count() == 1


def test_the_ticket_holds_no_number_even_when_numbers_are_shown(plant, signed_in, agent):
    planted = plant("underscore in the middle")
    page = signed_in(agent).post(reverse("call-numbers", args=[UUID])).content.decode()
    ticket = page.partition('id="ticket"')[2].partition("</pre>")[0]
    assert ticket
    assert planted.shown_in(f"<pre {ticket}</pre>") == set()


def test_what_is_to_be_mended_is_whole_and_noted(plant, signed_in, agent):
    planted = plant("underscore in the middle")
    page = signed_in(agent).get(reverse("new-lookup"), {"mend": planted.lookup.pk})
    assert "text of a rejected entry" in planted.shown_in(page.content.decode())
    event = AuditEvent.objects.get(event="numbers_shown")
    assert event.about == f"rejected lines of lookup {planted.lookup.pk}"


@pytest.mark.parametrize(
    ("field", "told"),
    [("agent_name", "Attempt.agent_name"), ("said", "Fetch.said"), ("text", "text of a duplicate")],
)
def test_a_field_that_is_forgotten_is_found(field, told, plant, signed_in, agent, monkeypatch):
    planted = plant("underscore in the middle")
    monkeypatch.setattr(hiding, "_LEFT", hiding._LEFT | {field})
    assert any(name.startswith(told) for _, name in leaks(signed_in(agent), planted))


def test_a_page_that_masks_with_a_gap_is_found(plant, signed_in, manager, monkeypatch):
    planted = plant("underscore in the middle")
    monkeypatch.setattr(portal.story, "mask_text", lambda text, **_: text)
    told = {field for _, field in leaks(signed_in(manager), planted)}
    assert {"audit", "Credential.last_test_said", "raw", "recording 1", "title"} <= told


def test_a_log_line_masks_what_an_error_quotes():
    formatter = MaskedLines("%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        raise ValueError("Failing row contains (919876531234)")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord("lookups", 40, "x", 1, "to %s", ("+91 98765 31234",), error)
    line = formatter.format(record)
    assert "ValueError: Failing row contains (•••• 1234)" in line
    assert "to •••• 1234" in line
    assert line.startswith(f"{datetime.now():%Y-%m-%d}")
    assert settings.LOGGING["formatters"]["line"]["()"] == "lookups.log_lines.MaskedLines"
