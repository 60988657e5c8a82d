"""The pages of a table by its one unique column. test_search walks those by two columns."""

import pytest

from lookups.database import keyset
from lookups.models import LookupItem
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(look_up, credential):
    return look_up("\n".join(some_uuids(7)), credential).items.all()


@pytest.mark.parametrize("order", ["position", "-position"])
@pytest.mark.parametrize("size", [1, 3, 6, 7, 8])
def test_every_row_is_on_one_page_in_both_directions(items, order, size):
    expected = [item.position for item in items.order_by(order)]
    page = keyset.page(items, [order], size=size)
    assert not page.has_before
    down = [page]
    while page.has_after:
        page = keyset.page(items, [order], size=size, after=(page.rows[-1].position,))
        down.append(page)
    up = [page]
    while page.has_before:
        page = keyset.page(items, [order], size=size, before=(page.rows[0].position,))
        up.append(page)
    assert [item.position for page in down for item in page.rows] == expected
    assert [item.position for page in reversed(up) for item in page.rows] == expected


def test_a_page_beyond_the_last_row_is_empty_and_leads_nowhere(items):
    nowhere = keyset.Page[LookupItem]([], has_before=False, has_after=False)
    assert keyset.page(items, ["position"], size=3, after=(99,)) == nowhere
    assert keyset.page(items, ["position"], size=3, before=(0,)) == nowhere
