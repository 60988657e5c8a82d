"""What looks like a UUID, or holds 32 digits, and is something else: none of it is ever read."""

from __future__ import annotations

import pytest

from tests.unit.intake.reading import BARE, U, V, told

LOOK_ALIKES = {
    "SHA-1": "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "SHA-256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "SHA-1 after 0x": "0xa94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "SHA-256 after 0x": "0x9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "SHA-1 in groups of eight": "a94a8fe5 ccb19ba6 1c4c0873 d391e987 982fbbd3",
    "SHA-1 in groups of four": "a94a 8fe5 ccb1 9ba6 1c4c 0873 d391 e987 982f bbd3",
    "SHA-1 broken over two lines": "a94a8fe5ccb19ba61c4c0873\nd391e987982fbbd3",
    "SHA-256 broken by a mail": "9f86d081884c7d659a2feaa0=\n"
    "c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "SHA-256 in halves of 32, quoted": "> 9f86d081884c7d65\n> 9a2feaa0c55ad015",
    "fingerprint with colons": "5f:3a:9c:7e:1b:2d:4f:60:88:12:ab:cd:ef:01:23:45",
    "fingerprint of a key": "ABAF 11C6 5A29 70B1 30AB  E3C4 79BE 3E43 0041 1886",
    "MAC address": "00:1a:2b:3c:4d:5e",
    "MAC address with hyphens": "00-1A-2B-3C-4D-5E",
    "MAC address with dots": "001a.2b3c.4d5e",
    "MAC addresses in a row": "001a2b3c4d5e 001a2b3c4d5f 001a2b3c4d60",
    "EUI-64": "00-1A-2B-FF-FE-3C-4D-5E",
    "IPv6": "2001:0db8:85a3:0000:0000:8a2e:0370:7334",
    "IPv6, short": "fe80::1ff:fe23:4567:890a",
    "IPv6 with a port": "[2001:0db8:85a3:0000:0000:8a2e:0370:7334]:5060",
    "IPv6 in a name": "2001-0db8-85a3-0000-0000-8a2e-0370-7334.ipv6-literal.net",
    "IPv4 and a port": "192.168.100.200:5060",
    "telephone numbers": "919812342728 919812342729 919812342730",
    "telephone numbers joined": "919812342728-919812342729-919812342730",
    "numbers in the groups of a UUID": "20261112 1046 2001 1234 919812342728",
    "the same with dots": "20261112.1046.2001.1234.919812342728",
    "the same with underscores": "20261112_1046_2001_1234_919812342728",
    "the same with colons": "20261112:1046:2001:1234:919812342728",
    "two numbers on two lines": "1234567890123456\n1234567890123456",
    "numbers on five lines": "20261112\n1046\n2001\n1234\n919812342728",
    "card number": "4111-1111-1111-1111",
    "ISBN": "978-3-16-148410-0",
    "bank account": "DE89 3704 0044 0532 0130 00",
    "date, time, zone": "2026-11-12T10:47:03.120+05:30",
    "a time with many digits": "20261112104703120456789",
    "Windows security id": "S-1-5-21-3623811015-3361044348-30300820-1013",
    "licence key": "ABCDE-FGHIJ-KLMNO-PQRST-UVWXY",
    "licence key of hex digits": "AB12-CD34-EF56-7890-ABCD",
    "trace of X-Ray": "Root=1-5759e988-bd862e3fe1be46a994272793",
    "trace parent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "Request ID with a group more": f"{U}-9f3a",
    "Request ID with eight digits more": f"{U}-9f3a21bc",
    "Request ID with a hash": f"{U}-a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "Request ID before it": f"9f3a21bc-{U}",
    "Request ID with underscores": f"{U.replace('-', '_')}_9f3a21bc",
    "Request ID of a UUID and letters": f"{U}x7",
    "Request ID with a digit more": f"{U}0",
    "Request ID in capitals with a letter before": f"R{U.upper()}",
    "three UUIDs and a number": f"{U}-{V}-{U}-1",
    "two bare ones joined": f"{BARE}{BARE}",
    "a bare one and a number": f"{BARE}-1",
    "a placeholder": "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "hex dump": "00000010: 5f3a 9c7e 1b2d 4f60 8812 abcd ef01 2345  _:.~.-O`",
    "hex dump in words": "00000010  5f3a9c7e 1b2d4f60 8812abcd ef012345",
    "hex dump in bytes": "0010 5f 3a 9c 7e 1b 2d 4f 60 88 12 ab cd ef 01 23 45",
    "colours of a page": "#a94a8f #e5ccb1 #9ba61c #4c0873 #d391e9",
    "escapes that are digits": "%35%35%30e8400-e29b-41d4-a716-446655440000",
    "escapes that are letters": "\\u0061\\u0062550e8400-e29b-41d4-a716-446655440000",
    "bytes of a program": "\\x55\\x0e\\x84\\x00"
    "\\xe2\\x9b\\x41\\xd4\\xa7\\x16\\x44\\x66\\x55\\x44\\x00\\x00",
    "base64": "VQ6EAOKbQdSnFkRmVUQAAA==",
    "mail message id": "<CAF3a9c7e1b2d4f608812abcdef0123456789@mail.example>",
    "32 digits in other groups": "550e 8400 e29b 41d4 a716 4466 5544 0000",
    "other scripts' digits": "550e8400_e29b_41d4_a716_44665544000\u0663",
    "a word in the middle": "550e8400 e29b and 41d4 a716 446655440000",
    "two spaces": "550e8400  e29b  41d4  a716  446655440000",
    "bare one cut by a space": f"{BARE[:16]} {BARE[16:]}",
    "bare one cut by a number sign": f"{BARE[:16]}#{BARE[16:]}",
    "a struct of C": "{0x550e8400,0xe29b,0x41d4,{0xa7,0x16,0x44,0x66,0x55,0x44,0x00,0x00}}",
}


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
@pytest.mark.parametrize("around", ["{}", "see {}, please", "\x1b[0m{}\x1b[0m", "> {}\n> and"])
def test_this_is_no_uuid(text: str, around: str) -> None:
    assert not [uuid for uuid, _ in told(around.replace("{}", text)) if uuid]


@pytest.mark.parametrize("text", LOOK_ALIKES.values(), ids=LOOK_ALIKES)
def test_a_uuid_on_the_next_line_is_read_all_the_same(text: str) -> None:
    assert [uuid for uuid, _ in told(f"{V}\n{text}\n{V}") if uuid] == [V, V]


@pytest.mark.parametrize("escape", ["<wbr>", "&shy;", "&#8203;", "\\u200b", "\x1b[0m"])
def test_a_longer_hash_that_escapes_part_is_no_uuid(escape):
    sha1 = escape.join(["2d711642", "b726b044", "01627ca9", "fbac32f5", "10fc8a77"])
    assert [uuid for uuid, _ in told(f"of {sha1} it") if uuid] == []
