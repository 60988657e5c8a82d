"""A large lookup answers at once; a worker places its entries, each once, whatever dies."""

import pytest
from django.db import IntegrityError

from lookups import intake, lifecycle
from lookups.intake import Entry, Kind
from lookups.lifecycle import placing, uploads
from lookups.lifecycle.placing import Overtaken, Placer
from lookups.lifecycle.progress import progress_of
from lookups.models import Call, Fetch, Lookup, LookupItem, Upload
from tests.uuids import some_uuids

pytestmark = pytest.mark.django_db
UUIDS = some_uuids(23)
MESS = "\n".join([*UUIDS, UUIDS[3], "no uuid here", UUIDS[5][:-1], "", UUIDS[0]])


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(placing, "CHUNK", 6)


@pytest.fixture
def fives(team, make_credential):
    return make_credential(team, label="fives", max_uuids=5)


def place_all(lookup: Lookup) -> None:
    placer = Placer(worker="placer")
    while placer():
        pass
    lookup.refresh_from_db()


def sums_hold(lookup: Lookup) -> bool:
    now = progress_of(lookup)
    return now.unique == lookup.unique and lookup.entries == (
        lookup.unique + lookup.duplicates + lookup.rejected + lookup.blank
    )


def written(lookup: Lookup) -> list[tuple[int, str, str]]:
    return list(lookup.items.order_by("position").values_list("position", "kind", "uuid"))


def read() -> list[tuple[int, str, str]]:
    """What `written` must give once all of MESS is placed."""
    entries = intake.entries(intake.open_text(MESS))
    return [(e.position, e.kind.value, e.uuid) for e in entries if e.kind is not intake.Kind.BLANK]


def test_a_large_lookup_is_there_with_its_sums_before_its_entries_are(look_up, fives):
    lookup = look_up(MESS, fives)
    assert (lookup.entries, lookup.unique, lookup.duplicates) == (28, 23, 2)
    assert (lookup.rejected, lookup.blank, lookup.placed) == (2, 1, 6)
    assert progress_of(lookup).pending == 23
    assert sums_hold(lookup)


def test_every_entry_gets_its_place_in_the_order_it_came(look_up, fives):
    lookup = look_up(MESS, fives)
    place_all(lookup)
    assert written(lookup) == read()
    assert lookup.is_placed
    assert sums_hold(lookup)


def test_requests_are_filled_across_chunks(look_up, fives):
    lookup = look_up(MESS, fives)
    place_all(lookup)
    sizes = list(lookup.fetches.order_by("pk").values_list("uuid_count", flat=True))
    assert sizes == [5, 5, 5, 5, 3]
    assert all(fetch.items.count() == fetch.uuid_count for fetch in lookup.fetches.all())
    assert set(lookup.fetches.values_list("state", flat=True)) == {"queued"}


def test_a_request_is_not_claimed_before_it_is_full(look_up, fives):
    lookup = look_up(MESS, fives)
    assert list(lookup.fetches.values_list("state", "uuid_count").order_by("pk")) == [
        ("queued", 5),
        ("planned", 1),
    ]


def test_a_worker_that_dies_within_a_chunk_leaves_nothing_of_it(look_up, fives, monkeypatch):
    lookup = look_up(MESS, fives)
    before = written(lookup), lookup.fetches.count()

    def dies(rows):
        placing_insert(row for _, row in zip(range(3), rows, strict=False))
        raise MemoryError

    placing_insert = placing.insert_items
    monkeypatch.setattr(placing, "insert_items", dies)
    Placer(worker="dies")()
    lookup.refresh_from_db()
    assert (written(lookup), lookup.fetches.count()) == before
    monkeypatch.setattr(placing, "insert_items", placing_insert)
    Lookup.objects.update(placer_until=lookup.created_at)
    place_all(lookup)
    assert written(lookup) == read()


def test_a_worker_that_was_overtaken_writes_nothing(look_up, fives):
    lookup = look_up(MESS, fives)
    late = Lookup.objects.get(pk=lookup.pk)
    chunk = list(placing.entries_after(late))[:6]
    place_all(lookup)
    with pytest.raises(Overtaken):
        placing.place(late, chunk)
    assert written(lookup) == read()


def test_without_that_check_the_database_still_refuses_a_second_item_in_a_place(look_up, fives):
    lookup = look_up(MESS, fives)
    with pytest.raises(IntegrityError):
        placing.place(lookup, list(intake.entries(intake.open_text(MESS)))[:6])


def test_a_lookup_held_by_a_live_worker_is_left_to_it(look_up, fives):
    look_up(MESS, fives)
    assert Placer(worker="first")()
    assert not Placer(worker="second")()


def test_what_is_not_placed_yet_is_cancelled_with_the_lookup(look_up, fives, agent, work):
    lookup = look_up(MESS, fives)
    lifecycle.cancel(lookup, by=agent)
    lookup.refresh_from_db()
    assert progress_of(lookup).cancelled == 23
    place_all(lookup)
    assert written(lookup) == read()
    assert progress_of(lookup).cancelled == 23
    assert lookup.status == Lookup.Status.CANCELLED
    assert lifecycle.retry(lookup, by=agent) == 23
    work()
    lookup.refresh_from_db()
    assert lookup.status == Lookup.Status.DONE
    assert progress_of(lookup).found + progress_of(lookup).not_found == 23


def test_a_chunk_that_was_begun_before_a_cancellation_is_placed_anew(look_up, fives, agent):
    lookup = look_up(MESS, fives)
    begun = Lookup.objects.get(pk=lookup.pk)
    chunk = list(placing.entries_after(begun))[:6]
    lifecycle.cancel(lookup, by=agent)
    with pytest.raises(Overtaken):
        placing.place(begun, chunk)
    assert not lookup.items.filter(outcome="pending").exists()


def test_a_lookup_ends_only_when_all_of_it_is_placed(look_up, fives, work):
    lookup = look_up(MESS, fives)
    work()
    lookup.refresh_from_db()
    assert (lookup.status, lookup.is_placed) == (Lookup.Status.DONE, True)
    now = progress_of(lookup)
    assert (now.found + now.not_found, now.pending) == (23, 0)
    assert now.requests == 5


def test_final_calls_are_reused_in_every_chunk(look_up, fives, work):
    work_first = look_up(MESS, fives)
    work()
    final = set(Call.objects.filter(is_final=True).values_list("uuid", flat=True))
    assert final
    again = look_up(MESS, fives)
    place_all(again)
    found = again.items.filter(outcome=LookupItem.Outcome.FOUND)
    assert set(found.values_list("uuid", flat=True)) == final
    assert not found.filter(fetch__isnull=False).exists()
    assert work_first.pk != again.pk


def test_a_lookup_whose_every_call_is_final_asks_for_nothing_and_ends(look_up, fives, work):
    look_up(MESS, fives)
    work()
    Call.objects.update(is_final=True, is_whole=True)
    known = Call.objects.values_list("uuid", flat=True)
    again = look_up("\n".join(known), fives)
    place_all(again)
    assert (again.status, again.fetches.count()) == (Lookup.Status.DONE, 0)


def test_what_was_handed_in_is_kept_until_all_is_placed_and_no_longer(look_up, fives):
    lookup = look_up(MESS, fives)
    assert Upload.objects.count() == 1
    place_all(lookup)
    assert Upload.objects.count() == 0


def test_a_small_lookup_keeps_nothing_of_what_was_handed_in(look_up, fives):
    lookup = look_up("\n".join(UUIDS[:4]), fives)
    assert lookup.is_placed
    assert Upload.objects.count() == 0
    assert Fetch.objects.get().state == Fetch.State.QUEUED


def test_an_upload_that_cannot_be_read_again_holds_up_nobody_else(look_up, fives):
    broken, fine = look_up(MESS, fives), look_up(MESS, fives)
    Upload.objects.filter(lookup=broken).delete()
    place_all(fine)
    assert fine.is_placed
    broken.refresh_from_db()
    assert broken.placed == 6


@pytest.mark.parametrize("size", [0, 1, 999, 1000, 1001, 3500])
def test_what_is_kept_is_given_back_byte_for_byte(team, agent, monkeypatch, size):
    for module in (uploads,):
        monkeypatch.setattr(module, "PIECE_BYTES", 1000)
    data = bytes(i % 251 for i in range(size))
    given = uploads.Material("x.bin", uploads.io.BytesIO(data))
    stream = uploads.material_of(uploads.keep(given, team=team, by=agent), given.choices).stream
    assert stream.read() == data
    stream.seek(size // 2)
    assert stream.read(10) == data[size // 2 :][:10]
    stream.seek(-min(3, size), 2)
    assert stream.read() == data[size - min(3, size) :]


def test_entries_with_much_beside_them_come_in_small_chunks_and_none_is_lost(
    monkeypatch,
):
    monkeypatch.setattr(placing, "CHUNK", 100)
    entries = [
        Entry(n, n, Kind.REJECTED, "", columns={"note": "x" * 1_000_000 * (n % 3)})
        for n in range(1, 20)
    ]
    waiting = iter(entries)
    chunks = list(iter(lambda: placing.next_chunk(waiting), []))
    assert [entry for chunk in chunks for entry in chunk] == entries
    assert max(map(len, chunks)) < 8
    assert len(chunks) > 3
