"""XML as WeCom writes it, and a careful reader for what the bot answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Union

from lxml import etree

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = Union[str, int, float, "Bare", Sequence["Element"]]
Element = tuple[str, Value]
"""A name and its text, number, or child elements."""


class Bare(str):
    """Text that is written without CDATA (``ChangeType``)."""

    __slots__ = ()


def write_xml(elements: Sequence[Element], root: str = "xml") -> str:
    """Return ``<root>…</root>``; text goes into CDATA, characters that XML cannot hold are left out."""
    return f"<{root}>{''.join(write_xml_value(name, value) for name, value in elements)}</{root}>"


def write_xml_value(name: str, value: Value) -> str:
    """Return one element."""
    if isinstance(value, (Bare, int, float)):
        return f"<{name}>{value}</{name}>"
    if isinstance(value, str):
        text = _NOT_XML.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{text}]]></{name}>"
    return write_xml(value, name)


def read_xml(text: str | bytes) -> etree._Element:
    """Return the root element; ValueError for what is no XML. No DTD, no entity, no network."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(text.encode() if isinstance(text, str) else text, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("not XML") from error


def text_of(parent: etree._Element, path: str) -> str:
    """Return the text at ``path`` below ``parent``, empty when there is none."""
    return (parent.findtext(path) or "").strip()
