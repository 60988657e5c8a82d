"""Text files of every format and encoding, and those that are refused."""

from __future__ import annotations

import json

import pytest

from lookups.intake import EmptyFile, NotText, entries, open_file, summarise
from tests.unit.intake.made_files import U, V, W, archive, count_or_sentence, read


class TestCsv:
    def test_the_header_names_the_columns_and_is_no_entry(self) -> None:
        first, second = read("a.csv", f"Name,phonon_uuid,PIN\nAsha,{U},00123\nBen,{V},7\n")
        assert first.columns == {"Name": "Asha", "PIN": "00123"}
        assert (first.line, first.position, second.line) == (2, 1, 3)

    def test_the_source_names_the_columns_beside_the_uuid(self) -> None:
        source = open_file("a.csv", f"Name,uuid,,Name\na,{U},b,c\n".encode())
        assert source.columns == ("Name", "column 3", "Name 2")
        assert source.format == "csv"

    def test_without_a_header_columns_are_numbered(self) -> None:
        (entry,) = read("a.csv", f"Asha,{U},x\n")
        assert entry.columns == {"column 1": "Asha", "column 3": "x"}

    def test_a_first_row_with_a_near_miss_is_a_row(self) -> None:
        assert [e.kind for e in read("a.csv", f"{U[:-1]},a\n{V},b\n")] == ["rejected", "unique"]

    @pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
    def test_the_delimiter_is_found(self, delimiter: str) -> None:
        text = f"name,id,n\nx y,{U},1\nz,{V},2\n".replace(",", delimiter)
        assert read("a.csv", text)[0].columns == {"name": "x y", "n": "1"}

    def test_a_tsv_is_read_by_tabs(self) -> None:
        assert read("a.tsv", f"n, m\tid\nA, B\t{U}\n")[0].columns == {"n, m": "A, B"}

    def test_two_uuids_in_a_row_are_two_entries_with_the_same_columns(self) -> None:
        found = read("a.csv", f"a,uuid,other\nx,{U},{V}\n")
        assert [(e.uuid, e.columns) for e in found] == [(U, {"a": "x"}), (V, {"a": "x"})]

    def test_a_uuid_outside_the_uuid_column_is_found(self) -> None:
        found = read("a.csv", f"uuid,note\n{U},a\n{V},b\nn/a,see {W} there\n")
        assert [e.uuid for e in found] == [U, V, W]
        assert found[2].columns == {}

    def test_rows_without_a_uuid_are_rejected_and_empty_ones_blank(self) -> None:
        found = read("a.csv", f"uuid,n\n{U},1\n,,\n\nn/a,2\n")
        assert [(e.line, e.kind, e.text) for e in found[1:]] == [
            (3, "blank", ",,"),
            (4, "blank", ""),
            (5, "rejected", "n/a,2"),
        ]
        assert found[3].columns == {"n": "2"}

    @pytest.mark.parametrize("header", ["name,uuid", "Phonon UUID", "ticket,city"])
    def test_a_header_alone_is_no_entry(self, header: str) -> None:
        assert read("a.csv", f"{header}\n") == []

    @pytest.mark.parametrize("row", ["hello", "T-88,Mumbai"])
    def test_a_row_alone_that_is_no_header_is_rejected(self, row: str) -> None:
        assert [e.reason for e in read("a.csv", f"{row}\n")] == ["no UUID"]

    def test_a_row_longer_than_the_header_keeps_its_cells(self) -> None:
        rows = f"a,uuid\nx,{U}\n" * 1 + f"y,{V}\n" * 300 + f"z,{W},extra\n"
        assert read("a.csv", rows)[-1].columns == {"a": "z", "column 3": "extra"}

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_a_quoted_cell_with_line_ends_counts_its_lines(self, end: str) -> None:
        text = f'note,id\n"one\ntwo, ""three""",{U}\nx,{V}\n'.replace("\n", end)
        first, second = read("a.csv", text)
        assert first.columns == {"note": f'one{end}two, "three"'}
        assert (first.line, second.line) == (2, 4)

    @pytest.mark.parametrize(
        "text",
        [
            f'note,id\n"never closed,{U}\nx,{V}\ny,{W}\n',
            f'note,id\n"never closed,{U}\nx,{V}\ny,{W}',
            f'note,id\n"opened,{U}\nx,{V}\nclosed",{W}\n',
        ],
    )
    def test_a_quote_left_open_does_not_swallow_rows(self, text: str) -> None:
        found = read("a.csv", text)
        assert [(e.line, e.uuid) for e in found] == [(1, ""), (2, U), (3, V), (4, W)]
        assert open_file("a.csv", text.encode()).format == "text"

    def test_a_cell_longer_than_the_csv_module_takes_is_still_read(self) -> None:
        assert [e.uuid for e in read("a.csv", f"id,n\n{U},{'x ' * 100_000}\n")] == ["", U]

    def test_a_text_file_with_commas_and_no_header_stays_plain_text(self) -> None:
        assert open_file("a.txt", f"n,{U}\na,{V}\n".encode()).format == "text"


class TestJson:
    def test_each_element_is_a_row_and_its_plain_members_are_columns(self) -> None:
        text = (
            f'[{{"id": "{U}", "pin": "00123", "n": 1.10, "big": 12345678901234567890, '
            f'"ok": true, "none": null, "in": {{"deep": ["{V}"]}}}}, {{"a": 1}}, null]'
        )
        found = read("a.json", text)
        columns = {"pin": "00123", "n": "1.10", "big": "12345678901234567890"}
        assert [(e.line, e.kind, e.uuid) for e in found] == [
            (1, "unique", U),
            (1, "unique", V),
            (2, "rejected", ""),
            (3, "blank", ""),
        ]
        assert found[0].columns == columns | {"ok": "true", "none": ""}

    def test_keys_are_searched(self) -> None:
        assert [e.uuid for e in read("a.json", json.dumps([{U: V}]))] == [U, V]

    def test_lines_of_json_are_rows(self) -> None:
        found = read("a.jsonl", f'{{"id": "{U}", "n": 1}}\n\n"{V}"\n{{"n": 2}}\n')
        assert [(e.line, e.kind) for e in found] == [
            (1, "unique"),
            (2, "blank"),
            (3, "unique"),
            (4, "rejected"),
        ]

    def test_an_object_alone_is_one_row(self) -> None:
        found = read("a.json", json.dumps({"team": "a", "ids": [U, V]}))
        assert [(e.uuid, e.columns) for e in found] == [(U, {"team": "a"}), (V, {"team": "a"})]

    @pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
    def test_broken_json_is_read_as_plain_text(self, name: str) -> None:
        source = open_file(name, f'[{{"id": "{U}"}},\n{{"id": "{V}"\n'.encode())
        assert source.format == "text"
        assert [e.uuid for e in entries(source)] == [U, V]

    def test_nesting_too_deep_is_read_as_plain_text(self) -> None:
        source = open_file("a.json", b"[" * 200_000 + U.encode() + b"]" * 200_000)
        assert source.format == "text"
        assert summarise(source).unique == 1

    def test_nul_and_lone_surrogates_are_made_storable(self) -> None:
        (entry,) = read("a.json", f'[{{"id": "{U}", "x": "a\\u0000b\\ud800"}}]')
        assert entry.columns == {"x": "a\ufffdb\ufffd"}


TEXT = f"Zoë Müller, 30 €\n{U}\r\n“{V.upper()}” – naïve café\n\n{U}\n"


class TestEncodings:
    @pytest.mark.parametrize(
        ("codec", "mark", "said"),
        [
            ("utf-8", b"", "utf-8"),
            ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
            ("utf-16-le", b"\xff\xfe", "utf-16"),
            ("utf-16-be", b"\xfe\xff", "utf-16"),
            ("utf-32-le", b"\xff\xfe\0\0", "utf-32"),
            ("utf-32-be", b"\0\0\xfe\xff", "utf-32"),
            ("utf-16-le", b"", "utf-16-le"),
            ("utf-16-be", b"", "utf-16-be"),
            ("cp1252", b"", None),
        ],
    )
    @pytest.mark.parametrize("name", ["a.txt", "a.csv"])
    def test_the_same_text_gives_the_same_entries(
        self, name: str, codec: str, mark: bytes, said: str | None
    ) -> None:
        source = open_file(name, mark + TEXT.encode(codec))
        found = list(entries(source))
        assert [e.uuid for e in found if e.uuid] == [U, V, U]
        if name == "a.txt":
            assert [e.kind for e in found] == [
                "rejected", "unique", "unique", "blank", "duplicate",
            ]  # fmt: skip
        if said:
            assert source.encoding == said
            assert found[0].text.startswith("Zoë Müller") or name == "a.csv"

    def test_a_guessed_encoding_is_named(self) -> None:
        data = f"Имя,uuid\nАнна Иванова звонила вчера вечером,{U}\n".encode("cp1251")
        source = open_file("a.csv", data)
        assert [e.uuid for e in entries(source)] == [U]
        assert source.encoding not in ("", "utf-8")


REFUSED = {
    "a PNG picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a JPEG picture": b"\xff\xd8\xff\xe0" + bytes(100),
    "a PDF document": b"%PDF-1.7\n" + bytes(100),
    "a Windows program": b"MZ\x90\0" + bytes(100),
    "a program": b"\x7fELF\x02\x01" + bytes(100),
    "a Word document": archive({"word/document.xml": b"<a/>"}),
    "a PowerPoint presentation": archive({"ppt/slides.xml": b"<a/>"}),
    "a binary workbook (.xlsb)": archive({"xl/workbook.bin": b""}),
}


class TestRefusals:
    @pytest.mark.parametrize("kind", REFUSED)
    @pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.txt", "a"])
    def test_what_is_no_list_is_refused_and_named(self, kind: str, name: str) -> None:
        with pytest.raises(NotText) as refused:
            open_file(name, REFUSED[kind])
        assert f"seems to be {kind}," in refused.value.sentence

    def test_other_bytes_that_are_no_text_are_refused(self) -> None:
        with pytest.raises(NotText, match="does not hold readable text"):
            open_file("a.txt", bytes(range(256)) * 20)
        with pytest.raises(NotText, match="does not hold readable text"):
            open_file("a.txt", f"{U}\n".encode() * 3000 + b"\0")

    def test_an_empty_file_is_refused(self) -> None:
        with pytest.raises(EmptyFile, match="This file is empty"):
            open_file("a.csv", b"")

    def test_a_word_that_begins_like_a_program_is_text(self) -> None:
        assert [e.uuid for e in read("a.txt", f"MZ {U}\nBM BZh ID3")] == [U, ""]

    @pytest.mark.parametrize("name", ["../../etc/x.csv", "\0", "", "a\r\nb.json", "x" * 5000])
    def test_a_strange_file_name_does_no_harm(self, name: str) -> None:
        assert summarise(open_file(name, U.encode())).unique == 1

    @pytest.mark.parametrize("name", ["a.csv", "a.json", "a.txt", "a.xlsx", "a"])
    @pytest.mark.parametrize(
        "data", [b"\xef\xbb\xbf", b"\xff\xfe", b"\n", b"[]", b"PK\x03\x04", b","]
    )
    def test_next_to_nothing_is_read_or_refused_with_a_sentence(
        self, name: str, data: bytes
    ) -> None:
        told = count_or_sentence(name, data)
        assert told == 0 or str(told).endswith(".")
