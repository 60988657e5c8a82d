"""In a real browser: a tab that waits tells by itself that its lookup has ended."""

import re

import pytest
from playwright.sync_api import expect

from tests.uuids import some_uuids

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_title_of_a_tab_goes_from_per_cent_to_done_and_the_end_is_told_once(
    page, sign_in, agent, credential, look_up, work
):
    sign_in(agent)
    lookup = look_up("\n".join(some_uuids(12)), credential, title="Night <b>flights")
    page.goto(lookup.get_absolute_url())
    expect(page).to_have_title("0 % · Night <b>flights · Phonon Portal")
    told = page.locator("#finished")
    expect(told).to_be_empty()
    region = told.element_handle()

    work()
    expect(page).to_have_title("Done · Night <b>flights · Phonon Portal")
    expect(told).to_have_text(re.compile(r"Done: \d+ found(,\s+\d+ not found)?\."))
    # Those who listen hear it from a region that was there before.
    assert region.evaluate("element => element.isConnected")
