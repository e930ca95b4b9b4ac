"""R-101: the one XML parse function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import xml
from bot.wecom.xml import XmlError, nodes, parse, scrub, text


def test_one_and_many_look_alike_and_blanks_of_content_stay():
    tree = parse(
        "<xml>\n<Content><![CDATA[ 三 \n]]></Content><Empty></Empty><One><Item><Id>1</Id></Item></One>"
        "<Many><Item><Id>1</Id></Item><Item><Id>2</Id></Item></Many>\n</xml>".encode()
    )
    assert tree == {
        "Content": [" 三 \n"],
        "Empty": [""],
        "One": [{"Item": [{"Id": ["1"]}]}],
        "Many": [{"Item": [{"Id": ["1"]}, {"Id": ["2"]}]}],
    }
    assert text(tree, "Many", "Item", "Id") == "1"
    assert text(tree, "Many", "Nothing", "Id") == ""
    assert [text(item, "Id") for many in nodes(tree, "Many") for item in nodes(many, "Item")] == ["1", "2"]


def test_markup_that_somebody_typed_is_text():
    typed = '<!DOCTYPE html><!-- --><?php ?>&lt;<a href="x">'
    assert parse(f"<xml><Content><![CDATA[{typed}]]></Content></xml>".encode()) == {"Content": [typed]}


def test_a_declaration_of_utf8_is_taken():
    assert parse(b'<?xml version="1.0" encoding="UTF-8"?><xml><a>1</a></xml>') == {"a": ["1"]}


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))

HOSTILE = {
    "doctype": b"<!DOCTYPE xml><xml><a>1</a></xml>",
    "internal entity": b'<!DOCTYPE xml [<!ENTITY e "x">]><xml><a>&e;</a></xml>',
    "file": b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
    "network": b'<!DOCTYPE xml [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]><xml><a>&e;</a></xml>',
    "external dtd": b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><a>1</a></xml>',
    "parameter entity": b'<!DOCTYPE xml [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><xml><a>1</a></xml>',
    "billion laughs": f'<!DOCTYPE xml [<!ENTITY l0 "ha">{LAUGHS}]><xml><a>&l9;</a></xml>'.encode(),
    "quadratic": b'<!DOCTYPE xml [<!ENTITY e "' + b"x" * 10_000 + b'">]><xml><a>' + b"&e;" * 5_000 + b"</a></xml>",
    "doctype behind a declaration": b'<?xml version="1.0"?><!DOCTYPE xml><xml><a>1</a></xml>',
    "doctype put together around CDATA": b"<!<![CDATA[]]>DOCTYPE xml><xml><a>1</a></xml>",
    "undeclared entity": b"<xml><a>&e;</a></xml>",
    "comment": b"<xml><a>1<!-- x --></a></xml>",
    "comment around CDATA": b"<xml><a><!-- <![CDATA[ --> ]]> --></a></xml>",
    "processing instruction": b"<xml><?php system('id') ?><a>1</a></xml>",
    "stylesheet": b'<?xml version="1.0"?><?xml-stylesheet href="x"?><xml><a>1</a></xml>',
    "other encoding": '<?xml version="1.0" encoding="UTF-16"?><xml><a>1</a></xml>'.encode("utf-16"),
    "declared other encoding": b'<?xml version="1.0" encoding="UTF-7"?><xml><a>+ADw-!DOCTYPE</a></xml>',
    "latin-1": b"<xml><a>\xe9</a></xml>",
    "overlong": b"<xml><a>\xc0\xbc</a></xml>",
    "too large": b"<xml><a>" + b"x" * 65536 + b"</a></xml>",
    "200,000 deep": b"<a>" * 200_000,
    "21 deep": b"<xml>" + b"<a>" * 21 + b"<b>1</b>" + b"</a>" * 21 + b"</xml>",
    "5,000 deep": b"<xml>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</xml>",
    "unfinished": b"<xml><a>1</a>",
    "unfinished CDATA": b"<xml><a><![CDATA[1</a></xml>",
    "CDATA in an attribute": b'<xml a="<![CDATA["><!DOCTYPE x><a>]]></a></xml>',
    "two roots": b"<xml><a>1</a></xml><xml/>",
    "other root": b"<html><a>1</a></html>",
    "text at the root": b"<xml>hello</xml>",
    "text between": b"<xml><a>1</a>x<b>2</b></xml>",
    "undeclared prefix": b"<x:xml><a>1</a></x:xml>",
    "NUL reference": b"<xml><a>&#0;</a></xml>",
    "surrogate reference": b"<xml><a>&#xD800;</a></xml>",
    "raw NUL": b"<xml><a>\x00</a></xml>",
    "empty": b"",
    "blank": b" \n",
    "json": b'{"a": 1}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_documents_are_refused(name):
    """R-101."""
    with pytest.raises(XmlError):
        parse(HOSTILE[name])


def test_twenty_deep_is_taken():
    tree = parse(b"<xml>" + b"<a>" * 19 + b"<b>1</b>" + b"</a>" * 19 + b"</xml>")
    assert text(tree, *["a"] * 19, "b") == "1"


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        pytest.param(b"a\x00b\x0bc", "abc", id="controls"),
        pytest.param(b"\xed\xa0\xbd!", "\ufffd!", id="half an emoji"),
        pytest.param(b"\xed\xa0\xbd\xed\xb8\x80", "😀", id="an emoji in two halves"),
        pytest.param("😀\t\u200d".encode(), "😀\t\u200d", id="ordinary"),
    ],
)
def test_what_people_paste_does_not_lose_the_message(raw, content):
    """R-104."""
    assert parse(scrub(b"<xml><Content><![CDATA[" + raw + b"]]></Content></xml>")) == {"Content": [content]}


MARKUP = ("<a>", "</a>", "<b>", "</b>", "<xml>", "</xml>", "<c/>", "<![CDATA[", "]]>", "&amp;", "<!-- -->")
PIECES = st.sampled_from([*MARKUP, *"]><&文x😀 \n\r\t\x00\x1c\x85\u2028\u3000\ufffe\ufeff"])
ELEMENT = st.lists(PIECES, max_size=4).map(lambda inside: f"<a>{''.join(inside)}</a>") | st.lists(
    PIECES, max_size=4
).map(lambda inside: f"<b><![CDATA[{''.join(inside)}]]></b>")


@given(st.lists(ELEMENT | PIECES, max_size=6).map(lambda parts: f"<xml>{''.join(parts)}</xml>".encode()))
def test_the_short_way_reads_what_the_parser_reads(raw):
    """R-101: flat documents are read without lxml, and mean exactly what they would mean with it."""
    short = xml._flat(raw)
    if short is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(xml, "_flat", lambda _raw: None)
            assert parse(raw) == short


def test_what_the_platform_sends_is_read_the_short_way():
    message = "<xml><ToUserName><![CDATA[ww1]]></ToUserName>\n<CreateTime>1</CreateTime>\n<Content><![CDATA[a<b & c\n]]></Content></xml>"
    assert xml._flat(message.replace("&", "和").encode()) == {
        "ToUserName": ["ww1"],
        "CreateTime": ["1"],
        "Content": ["a<b 和 c\n"],
    }
    assert xml._flat(message.encode()) is None
