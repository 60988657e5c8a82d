"""What an agent does all day, in a real browser: sign in, paste, watch, open, search, export."""

import csv
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from lookups.emulator import HOSTILE, MOVING, STORY, reserved_uuid
from lookups.models import AuditEvent, Change, Lookup
from tests.processes import wait_until
from tests.uuids import some_uuids

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = reserved_uuid(STORY)


def paste(page: Page, text: str) -> None:
    page.get_by_label("Phonon UUIDs").fill(text)


def look_up(page: Page) -> None:
    page.get_by_role("button", name="Look up").click()


def test_an_agent_pastes_watches_opens_a_call_searches_and_exports(
    page, sign_in, agent, credential, worker, tmp_path: Path
):
    sign_in(agent)
    uuids = [TOLD, *some_uuids(11)]
    paste(
        page, "Hi team, refs below\n" + "\n".join(uuids) + f"\n{{{uuids[2].upper()}}}\n{TOLD[:-1]}"
    )
    expect(page.get_by_role("button", name="Look up 12 calls")).to_be_visible()
    expect(page.get_by_text("one digit short")).to_be_visible()

    look_up(page)
    expect(page).to_have_url(re.compile(r"/lookups/\d+/$"))
    expect(page.get_by_text("Pending")).to_have_count(0)
    row = page.get_by_role("row").filter(has_text=TOLD[:8])
    expect(row).to_contain_text("Answered")
    expect(row).to_contain_text("42 s")

    row.get_by_role("link").first.click()
    expect(page.get_by_text("Tried 3 times on 12 Nov").first).to_be_visible()
    expect(page.get_by_role("img", name="Timeline")).to_be_visible()
    expect(page.get_by_text("•••• ").first).to_be_visible()
    page.get_by_role("button", name="Show numbers").click()
    expect(page.get_by_text("+91").first).to_be_visible()
    assert AuditEvent.objects.filter(event="numbers_shown", by="asha").exists()

    page.get_by_role("searchbox", name="Search calls").first.fill("outcome:answered")
    page.keyboard.press("Enter")
    expect(page.get_by_text("that were answered").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=TOLD[:8])).to_be_visible()

    page.goto(Lookup.objects.get().get_absolute_url())
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV, for machines").click()
    file = tmp_path / "calls.csv"
    download.value.save_as(file)
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["phonon_uuid"] for row in rows} == set(uuids)
    assert [row["outcome"] for row in rows if row["phonon_uuid"] == TOLD].count("answered") == 1


def test_an_agent_uploads_a_file_and_its_columns_come_along(
    page, sign_in, agent, credential, worker, tmp_path: Path
):
    sign_in(agent)
    uuids = some_uuids(5)
    file = tmp_path / "tickets.csv"
    file.write_text("ticket,phonon uuid\n" + "\n".join(f"00{n},{u}" for n, u in enumerate(uuids)))
    page.get_by_label("Upload a file").set_input_files(file)
    expect(page.get_by_role("button", name="Look up 5 calls")).to_be_visible()
    look_up(page)
    expect(page.get_by_text("003").first).to_be_visible()


def test_an_agent_is_asked_which_column_is_meant_and_takes_away_what_was_rejected(
    page, sign_in, agent, credential, worker, tmp_path: Path
):
    sign_in(agent)
    ours, theirs = some_uuids(6)[:3], some_uuids(6)[3:]
    rows = [f"T-{n},{a},{b}" for n, (a, b) in enumerate(zip(ours, theirs, strict=True))]
    file = tmp_path / "both.csv"
    file.write_text("\n".join(["ticket,ours,theirs", *rows, f"T-3,{TOLD[:-1]},-"]))
    page.get_by_label("Upload a file").set_input_files(file)
    expect(page.get_by_text("The others come along")).to_be_visible()
    expect(page.get_by_role("cell", name=theirs[0])).to_be_visible()

    page.get_by_label("UUID column").select_option("ours")
    expect(page.get_by_role("button", name="Look up 3 calls")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download it, to mend and hand in again").click()
    rejected = tmp_path / "rejected.csv"
    download.value.save_as(rejected)
    with rejected.open(newline="", encoding="utf-8-sig") as lines:
        (row,) = csv.DictReader(lines)
    assert (row["ticket"], row["reason"]) == ("T-3", "one digit short")

    look_up(page)
    expect(page).to_have_url(re.compile(r"/lookups/\d+/$"))
    assert {item.uuid for item in Lookup.objects.get().items.exclude(uuid="")} == set(ours)


CHOOSE_AT_ONCE = """() => new MutationObserver((_, watch) => {
  const column = document.querySelector("#id_column");
  if (!column) return;
  watch.disconnect();
  column.value = "ours";
  column.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_choice_made_in_the_moment_it_is_offered_counts(
    page, sign_in, agent, credential, tmp_path: Path
):
    sign_in(agent)
    file = tmp_path / "both.csv"
    rows = [",".join(some_uuids(2, seed=seed)) for seed in range(3)]
    file.write_text("\n".join(["ours,theirs", *rows]))
    page.evaluate(CHOOSE_AT_ONCE)
    page.get_by_label("Upload a file").set_input_files(file)
    expect(page.get_by_role("button", name="Look up 3 calls")).to_be_visible()


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "nothing here yet"), ("hello there", "no Phonon UUID"), (TOLD[:-1], "no Phonon UUID")],
)
def test_bad_input_gets_a_sentence_and_the_text_stays(page, sign_in, agent, credential, text, said):
    sign_in(agent)
    paste(page, text)
    look_up(page)
    expect(page.get_by_text(said).first).to_be_visible()
    assert page.get_by_label("Phonon UUIDs").input_value() == text


def test_a_wrong_security_id_pauses_and_a_mend_lets_the_lookup_go_on(
    page, sign_in, agent, manager, credential, emulator, worker, look_up
):
    emulator.settings.security_id, right = "e" * 64, emulator.settings.security_id
    try:
        look_up(some_uuids(1)[0], credential)
        sign_in(agent)
        page.goto(Lookup.objects.get().get_absolute_url())
        expect(page.get_by_text("paused").first).to_be_visible()
    finally:
        emulator.settings.security_id = right
    # Off the page first: a poll still under way would set a CSRF cookie after the sign-in page.
    page.goto("about:blank")
    page.context.clear_cookies()
    sign_in(manager)
    page.goto("/credentials/")
    page.get_by_role("button", name="Test").first.click()
    expect(page.get_by_text("It works").first).to_be_visible()
    page.goto(Lookup.objects.get().get_absolute_url())
    expect(page.get_by_text("Pending")).to_have_count(0)


def test_an_agent_watches_a_lookup_and_sees_what_changed(
    page, sign_in, agent, credential, worker, look_up
):
    sign_in(agent)
    moving = reserved_uuid(MOVING, 70)
    lookup = look_up(moving, credential)
    page.goto(lookup.get_absolute_url())
    page.get_by_role("button", name="Watch for changes").click()
    expect(page.get_by_text("1 call open; ends")).to_be_visible()
    wait_until(lambda: Lookup.objects.get().status == "done")
    Lookup.objects.update(next_watch_at=timezone.now())
    wait_until(lambda: Change.objects.exists(), seconds=30)

    page.reload()
    page.get_by_role("link", name="1 call changed").click()
    row = page.get_by_role("row").filter(has_text=moving[:8])
    expect(row).to_contain_text("In progress, now → Another attempt is scheduled")
    row.get_by_role("link").first.click()
    expect(page.get_by_role("region", name="What changed")).to_be_visible()
    expect(page.get_by_role("cell", name="No answer Changed: was Unknown")).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Stop watching").click()
    expect(page.get_by_role("button", name="Watch for changes")).to_be_visible()


def test_nothing_of_a_page_stays_in_the_browser(page, sign_in, agent, credential, worker, look_up):
    sign_in(agent)
    lookup = look_up(TOLD, credential, title="Told call")
    page.goto("/lookups/")
    page.get_by_role("link", name="Told call").click()
    expect(page).to_have_url(re.compile(lookup.get_absolute_url()))
    page.go_back()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert TOLD not in stored
    assert "html" not in stored


def test_the_main_pages_fit_a_telephone(page, sign_in, agent, credential, worker, look_up):
    look_up(f"{TOLD}\n" + "\n".join(some_uuids(8)), credential)
    sign_in(agent)
    page.set_viewport_size({"width": 400, "height": 800})
    for path in ("/", "/lookups/", Lookup.objects.get().get_absolute_url(), "/calls/", "/team/"):
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 400, f"{path} is {wide} wide"


def test_what_phonon_or_a_person_sends_is_text_and_never_runs(
    page, sign_in, agent, team, credential, worker, look_up
):
    hostile = reserved_uuid(HOSTILE)
    title = "<img src=x onerror=window.pwn=1>"
    lookup = look_up(f"<script>window.pwn=1</script>\n{hostile}", credential, title=title)
    wait_until(lambda: not Lookup.objects.running().exists())
    sign_in(agent)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog opened: {dialog.message}"))
    for path in (
        lookup.get_absolute_url(),
        f"{lookup.get_absolute_url()}?tab=rejected",
        f"/calls/{hostile}/",
        "/calls/?q=%3Cscript%3Ewindow.pwn%3D1%3C%2Fscript%3E",
        "/lookups/",
    ):
        page.goto(path)
        assert page.evaluate("window.pwn") is None, path
        assert page.locator("main img, main script").count() == 0, path
