"""Hostile JSON (R-102) and characters that no database stores (R-104)."""

from __future__ import annotations

import json

import pytest

from bot.json import DEPTH_MAX, SIZE_MAX, BadJson, loads, loads_object


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nul",
        b"{'a':1}",
        b'{"a":1}x',
        b'{"a":1,}',
        b"\xff\xfe",
        b'{"a":"\xff"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":-1e999}',
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":1,"a":2}',
        b'{"a":1, "a" : 2}',
        b'{"a"\n:1,"a":2}',
        b'{"x":{"a":1,"a":1}}',
        b'[{"a":1,"a":1}]',
        b'{"a":1,"\\u0061":2}',
        b'{"a":1,"a\\u0000":2}',
        b'{"a":":b","a":2}',
        b'{"a":"\x00"}',
        b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1),
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'"' + b"x" * SIZE_MAX + b'"',
        b"\xef\xbb\xbf{}",
    ],
)
def test_refused(raw):
    with pytest.raises(BadJson):
        loads(raw)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1.5,
        "中文",
        [],
        {},
        {"a": {"b": [1, {"c": "d"}]}, "url": "https://x.example/?a=1:2"},
        {"a": ":b", "c": '":', "d": '"a":'},
        {"": ""},
    ],
)
@pytest.mark.parametrize("separators", [(",", ":"), (", ", " : ")])
def test_accepted_as_the_standard_reader_would(value, separators):
    assert loads(json.dumps(value, separators=separators)) == value


def test_as_deep_as_allowed():
    value = json.loads("[" * DEPTH_MAX + "]" * DEPTH_MAX)
    assert loads(json.dumps(value)) == value


def test_cleaned():
    raw = r'{"a":"\u0000x\u0001\b\f\u007f\ty\n","b":"\ud800z\udfff","c":"\ud83d\ude00","k\u0000":1}'
    assert loads(raw) == {"a": "x\ty\n", "b": "\ufffdz\ufffd", "c": "😀", "k": 1}


def test_lone_surrogates_of_a_python_string():
    assert loads('{"a":"\\ud800"}') == {"a": "\ufffd"}
    with pytest.raises(BadJson):
        loads('{"a":"\ud800"}')


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"x"', b"null"])
def test_an_object_is_an_object(raw):
    with pytest.raises(BadJson):
        loads_object(raw)
