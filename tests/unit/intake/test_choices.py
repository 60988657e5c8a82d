"""What a person may decide about a file: its part, sheet, encoding and column of UUIDs."""

import gzip

import pytest

from lookups.intake import (
    EVERY_COLUMN,
    Choices,
    Entry,
    NoSuchChoice,
    Source,
    entries,
    open_file,
    taken,
)
from tests.unit.intake.made_files import U, V, W, archive, ods, ods_row, workbook

LIST = f"ticket,phonon_uuid\n007,{U}\n008,{V}\n"


def opened(name: str, data: bytes, **choices: str) -> Source:
    return open_file(name, data, choices=Choices(**choices))


def uuids(source: Source) -> list[str]:
    return [entry.uuid for entry in entries(source) if entry.uuid]


def content(entry: Entry) -> tuple[object, ...]:
    return entry.position, entry.line, entry.kind, entry.uuid, dict(entry.columns)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", LIST.encode()),
        ("a.tsv", LIST.replace(",", "\t").encode()),
        ("semicolons.csv", LIST.replace(",", ";").encode()),
        ("utf-16.csv", LIST.encode("utf-16")),
        ("a.csv.gz", gzip.compress(LIST.encode())),
        ("a.zip", archive({"calls/a.csv": LIST.encode()})),
        ("a.xlsx", workbook([line.split(",") for line in LIST.splitlines()])),
        ("a.xlsx.gz", gzip.compress(workbook([line.split(",") for line in LIST.splitlines()]))),
        ("a.ods", ods("".join(ods_row(1, 1, *line.split(",")) for line in LIST.splitlines()))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_rows_give_the_same_entries_in_every_format(name: str, data: bytes) -> None:
    assert [content(entry) for entry in entries(opened(name, data))] == [
        (1, 2, "unique", U, {"ticket": "007"}),
        (2, 3, "unique", V, {"ticket": "008"}),
    ]


class TestParts:
    PACKED = archive(
        {
            "read me.txt": b"Nothing to see.\n",
            "__MACOSX/._a.csv": U.encode(),
            "monday.csv": f"uuid\n{U}\n".encode(),
            "tuesday.csv": f"uuid\n{V}\n".encode(),
        }
    )

    def test_the_first_file_with_a_uuid_is_read_and_all_are_named(self) -> None:
        source = opened("week.zip", self.PACKED)
        assert source.part == "monday.csv"
        assert source.parts == ("read me.txt", "monday.csv", "tuesday.csv")
        assert uuids(source) == [U]

    def test_another_can_be_chosen(self) -> None:
        source = opened("week.zip", self.PACKED, part="tuesday.csv")
        assert (source.part, uuids(source)) == ("tuesday.csv", [V])

    @pytest.mark.parametrize("part", ["wednesday.csv", "__MACOSX/._a.csv", "../tuesday.csv"])
    def test_one_that_is_not_offered_is_refused(self, part: str) -> None:
        with pytest.raises(NoSuchChoice, match="no such file"):
            opened("week.zip", self.PACKED, part=part)


class TestSheets:
    BOOK = workbook([["Nothing"]], [["uuid"], [U]], [["uuid"], [V], [W]])

    def test_the_first_with_a_uuid_is_read_and_all_are_named(self) -> None:
        source = opened("a.xlsx", self.BOOK)
        assert (source.sheet, source.sheets) == ("Sheet2", ("Sheet1", "Sheet2", "Sheet3"))
        assert uuids(source) == [U]

    def test_another_can_be_chosen(self) -> None:
        source = opened("a.xlsx", self.BOOK, sheet="Sheet3")
        assert (source.sheet, uuids(source)) == ("Sheet3", [V, W])

    def test_one_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(NoSuchChoice):
            opened("a.xlsx", self.BOOK, sheet="Sheet4")


class TestEncodings:
    POLISH = f"klient,uuid\nŁukasz Żądło,{U}\nMałgorzata Święcicka,{V}\n".encode("cp1250")

    def test_a_guess_is_said_to_be_one_and_others_are_offered(self) -> None:
        source = opened("a.csv", self.POLISH)
        assert source.encoding_is_guess
        assert source.encodings[0] == source.encoding
        assert {"cp1250", "cp1252", "utf-8"} <= set(source.encodings)

    def test_the_chosen_one_is_no_guess_and_only_the_words_change(self) -> None:
        source = opened("a.csv", self.POLISH, encoding="cp1250")
        assert (source.encoding, source.encoding_is_guess) == ("cp1250", False)
        assert next(entries(source)).columns == {"klient": "Łukasz Żądło"}
        for other in source.encodings:
            assert uuids(opened("a.csv", self.POLISH, encoding=other)) == [U, V]

    def test_bytes_that_leave_no_doubt_leave_no_choice(self) -> None:
        source = opened("a.csv", f"klient,uuid\nŁukasz,{U}\n".encode(), encoding="cp1250")
        assert (source.encoding, source.encodings) == ("utf-8", ())

    def test_one_that_could_alter_a_uuid_is_not_to_be_had(self) -> None:
        with pytest.raises(NoSuchChoice):
            opened("a.csv", self.POLISH, encoding="cp037")


class TestColumns:
    BOTH = f"ours,theirs\n{U},{V}\n{W},none\n".encode()

    def test_two_columns_of_uuids_are_a_question_and_all_are_searched_until_it_is_answered(
        self,
    ) -> None:
        source = opened("a.csv", self.BOTH)
        assert source.table is not None
        assert (source.table.holders, source.table.column) == (("ours", "theirs"), "")
        assert source.table.sample == ((U, V), (W, "none"))
        assert taken(source) == "Column not chosen, header in row 1"
        assert uuids(source) == [U, V, W]

    @pytest.mark.parametrize(
        ("column", "expected"), [("ours", [U, W]), ("theirs", [V]), (EVERY_COLUMN, [U, V, W])]
    )
    def test_the_chosen_one_is_searched_and_the_other_comes_along(
        self, column: str, expected: list[str]
    ) -> None:
        source = opened("a.csv", self.BOTH, column=column)
        assert uuids(source) == expected
        if column == "ours":
            assert next(entries(source)).columns == {"theirs": V}

    def test_one_that_is_not_there_is_refused(self) -> None:
        with pytest.raises(NoSuchChoice):
            opened("a.csv", self.BOTH, column="mine")
