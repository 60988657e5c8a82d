"""A session ends while somebody works: one signs in, is back on the page, and nothing is lost."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from lookups.models import Call, Lookup, User
from tests.conftest import PASSWORD
from tests.integration.test_who_sees_what import POSTS
from tests.integration.test_who_sees_what import world as world
from tests.processes import wait_until
from tests.uuids import some_uuids

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "Hi team,\n" + "\n".join(some_uuids(7))
SIGNED_OUT = "You were signed out: your password was changed, or the operator ended your session."


@pytest.fixture
def page(page) -> Page:
    """The page, on which no answer may be a 405."""
    refused: list[str] = []
    page.context.on("response", lambda a: refused.append(a.url) if a.status == 405 else None)
    yield page
    assert refused == []


def end_session() -> None:
    Session.objects.all().delete()


def enter(page: Page, user: User) -> None:
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password")).to_have_count(0)


def sign_in_beside(page: Page, user: User) -> None:
    """Follows the link of the trouble line, signs in, and comes back to the first tab."""
    with page.context.expect_page() as opened:
        page.get_by_role("alert").get_by_role("link").click()
    beside = opened.value
    enter(beside, user)
    assert kept(beside) is None
    beside.close()
    page.bring_to_front()
    # A headless browser focuses every tab at once.
    page.evaluate("dispatchEvent(new Event('focus'))")


def text_of(page: Page) -> str:
    return page.get_by_label("Phonon UUIDs").input_value()


def kept(page: Page) -> str | None:
    """What the tab keeps of the form, as JSON without its text."""
    return page.evaluate("sessionStorage.getItem('new-lookup')")


def fill(page: Page) -> None:
    page.get_by_label("Title").fill("Tuesday")
    page.get_by_label("Last attempt").check()
    page.get_by_label("Ask again for calls").check()
    page.get_by_label("Phonon UUIDs").fill(TEXT)
    expect(page.get_by_role("button", name="Look up 7 calls")).to_be_visible()


def test_text_title_and_choices_come_back_after_the_sign_in_and_go_when_the_lookup_exists(
    page, sign_in, agent, credential
):
    sign_in(agent)
    fill(page)
    end_session()
    page.get_by_role("button", name="Look up 7 calls").click()
    expect(page.get_by_text(SIGNED_OUT)).to_be_visible()
    enter(page, agent)
    expect(page.get_by_role("button", name="Look up 7 calls")).to_be_visible()
    assert text_of(page) == TEXT
    assert page.get_by_label("Title").input_value() == "Tuesday"
    assert page.get_by_label("Last attempt").is_checked()
    assert page.get_by_label("Ask again for calls").is_checked()

    page.get_by_role("button", name="Look up 7 calls").click()
    expect(page).to_have_url(re.compile(r"/lookups/\d+/$"))
    assert Lookup.objects.get().title == "Tuesday"
    assert kept(page) is None
    page.goto("/")
    assert text_of(page) == ""


PASTE = """(text) => {
  const box = document.querySelector("#id_text");
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#lookup-form").dispatchEvent(new Event("submit"));
}"""


def test_the_longest_text_that_the_portal_takes_comes_back(
    page, sign_in, agent, credential, settings
):
    text = ('"' * 99 + "\n") * (settings.INTAKE_PASTE_BYTES // 100)
    sign_in(agent)
    page.evaluate(PASTE, text)
    end_session()
    page.goto("/lookups/")
    enter(page, agent)
    page.goto("/")
    assert page.evaluate("document.querySelector('#id_text').value.length") == len(text)


def test_a_file_that_was_received_is_still_chosen(page, sign_in, agent, credential, tmp_path: Path):
    file = tmp_path / "both.csv"
    rows = [",".join(some_uuids(2, seed=seed)) for seed in range(3)]
    file.write_text("\n".join(["ours,theirs", *rows]))
    sign_in(agent)
    page.get_by_label("Upload a file").set_input_files(file)
    page.get_by_label("UUID column").select_option("ours")
    expect(page.get_by_role("button", name="Look up 3 calls")).to_be_visible()
    wait_until(lambda: "ours" in (kept(page) or ""))
    end_session()
    page.get_by_role("button", name="Look up 3 calls").click()
    enter(page, agent)
    expect(page.get_by_text("both.csv").first).to_be_visible()
    page.get_by_role("button", name="Look up 3 calls").click()
    expect(page).to_have_url(re.compile(r"/lookups/\d+/$"))
    assert Lookup.objects.get().unique == 3


@pytest.mark.parametrize("how", ["sign-out", "sign-out after the end", "another person"])
def test_the_text_is_gone_for_the_next_person(page, sign_in, agent, manager, credential, how):
    sign_in(agent)
    fill(page)
    if how != "sign-out":
        end_session()
    if how == "another person":
        page.goto("/lookups/")
        enter(page, manager)
    else:
        page.get_by_text(credential.team.name).first.click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        assert kept(page) is None
        assert page.evaluate("sessionStorage.getItem('new-lookup-text')") is None
        enter(page, agent)
    page.goto("/")
    assert text_of(page) == ""
    assert kept(page) is None


def test_a_preview_leaves_the_page_and_goes_on_after_a_sign_in_beside_it(
    page, sign_in, agent, credential
):
    sign_in(agent)
    fill(page)
    end_session()
    page.get_by_label("Phonon UUIDs").press_sequentially(" ")
    trouble = page.get_by_role("alert")
    expect(trouble).to_have_text(f"{SIGNED_OUT} Sign in in another tab; your text stays here.")
    sign_in_beside(page, agent)
    expect(trouble).to_be_hidden()
    assert text_of(page).strip() == TEXT
    page.get_by_role("button", name="Look up 7 calls").click()
    expect(page).to_have_url(re.compile(r"/lookups/\d+/$"))


def test_a_poll_leaves_the_page_and_rests(page, sign_in, agent, credential, look_up):
    lookup = look_up(TEXT, credential)
    sign_in(agent)
    page.goto(lookup.get_absolute_url())
    end_session()
    page.set_viewport_size({"width": 400, "height": 800})
    expect(page.get_by_role("alert")).to_contain_text("this page stays here.")
    assert page.get_by_role("alert").bounding_box()["height"] < 150
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url))
    page.wait_for_timeout(2500)
    assert polls == []
    sign_in_beside(page, agent)
    expect(page.get_by_role("alert")).to_be_hidden()
    wait_until(lambda: page.wait_for_timeout(50) or len(polls) > 1)


def test_a_file_that_was_chosen_after_the_end_is_read_after_a_sign_in_beside_it(
    page, sign_in, agent, credential, tmp_path: Path
):
    file = tmp_path / "refs.txt"
    file.write_text(TEXT)
    sign_in(agent)
    end_session()
    page.get_by_label("Upload a file").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text(SIGNED_OUT)
    sign_in_beside(page, agent)
    expect(page.get_by_role("button", name="Look up 7 calls")).to_be_visible()


def test_the_page_of_another_person_is_not_carried_on(page, sign_in, agent, manager, credential):
    sign_in(agent)
    fill(page)
    end_session()
    page.get_by_label("Phonon UUIDs").press_sequentially(" ")
    sign_in_beside(page, manager)
    expect(page.get_by_role("alert")).to_contain_text("somebody else signed in")
    page.reload()
    assert text_of(page) == ""


def test_a_form_that_is_out_of_date_comes_back_with_its_text(page, sign_in, agent, credential):
    sign_in(agent)
    fill(page)
    beside = page.context.new_page()
    beside.goto("/")
    beside.context.clear_cookies()
    beside.goto("/")
    enter(beside, agent)
    page.get_by_role("button", name="Look up 7 calls").click()
    expect(page).to_have_title(re.compile("This page is out of date"))
    assert text_of(page) == TEXT
    page.get_by_role("button", name="Look up 7 calls").click()
    expect(page).to_have_url(re.compile(r"/lookups/\d+/$"))


SEND = """(path) => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = path;
  form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
  document.body.append(form);
  form.submit();
}"""


def test_each_form_leads_through_the_sign_in_back_to_its_page(
    page, sign_in: Callable[[User], None], manager, world
):
    call = Call.objects.first()
    pages = {"lookup": world.lookup.get_absolute_url(), "call": f"/calls/{call.uuid}/"}
    sign_in(manager)
    for name in sorted(POSTS - {"sign-out"}):
        start = pages.get(name.partition("-")[0], "/team/")
        page.goto(start)
        end_session()
        page.evaluate(SEND, reverse(name, args=world.arguments(name)))
        expect(page.get_by_label("Password")).to_be_visible()
        enter(page, manager)
        expect(page).to_have_url(re.compile(f"{re.escape(start)}$"))
        page.goto(reverse(name, args=world.arguments(name)))
        expect(page.get_by_role("banner")).to_be_visible()
