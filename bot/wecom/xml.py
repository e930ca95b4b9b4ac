"""The one place where XML from outside is parsed (R-101).

WeCom needs elements, text and CDATA; everything else XML can do is refused before a parser sees
it: document types and with them entities, comments, processing instructions, other encodings,
deep nesting, large documents. What comes back is the same for one element as for many: a dict of
lists, so nobody has to know which lists the platform happened to fill with one.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from lxml import etree

MAX_BYTES = 64 * 1024
MAX_DEPTH = 20

Tree: TypeAlias = dict[str, "list[Tree | str]"]
"""``{"MsgType": ["text"], "SelectedItems": [{"SelectedItem": [{…}, {…}]}]}``; an empty element is ``""``."""

_DECLARATION = re.compile(
    rb"""\s*<\?xml\s+version=["']1\.0["'](?:\s+encoding=["'](?i:utf-8)["'])?(?:\s+standalone=["'](?:yes|no)["'])?\s*\?>"""
)
_CDATA = re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_ILLEGAL = bytes([*range(9), 11, 12, *range(14, 32)])
"""Controls that no XML may hold. People paste them, and a message must not be lost over one (R-104)."""

_FLAT = re.compile(
    r"<([A-Za-z][A-Za-z0-9_]*)>(?:<!\[CDATA\[([^\]]*)\]\]>|([^<\]]*))</\1>[ \t\n]*",
)
"""One element with nothing but text, which every XML parser reads alike, and the blanks behind it."""
_BLANKS = " \t\n"
_PARTICULAR = ("&", "\r", "\ufffe", "\uffff")
"""What XML reads as something else, or not at all."""

_PARSER = etree.XMLParser(
    encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
)
"""Shared: lxml locks it while it is used, and building one costs as much as parsing a message."""


class XmlError(ValueError):
    """The bytes are not the plain XML we take."""


def parse(raw: bytes) -> Tree:
    """Return the children of the root element ``<xml>``; raise XmlError for anything but plain UTF-8 XML.

    Blanks of CDATA and text are kept as sent; blanks between elements are dropped.
    """
    if len(raw) > MAX_BYTES:
        raise XmlError("too large")
    if (flat := _flat(raw)) is not None:
        return flat
    body = _utf8(raw[declared.end() :] if (declared := _DECLARATION.match(raw)) else raw)
    bare = _CDATA.sub(b"", body)
    if b"<!" in bare or b"<?" in bare:
        raise XmlError("more than elements and text")
    try:
        root = etree.fromstring(body, _PARSER)
    except etree.XMLSyntaxError:
        raise XmlError("not well-formed") from None
    if root.tag != "xml":
        raise XmlError("another document")
    return _tree(root, 1)


def scrub(raw: bytes) -> bytes:
    """Return decrypted bytes without the control characters that XML forbids."""
    return raw.translate(None, _ILLEGAL)


def text(tree: Tree, *path: str) -> str:
    """Return the first text under ``path``, ``""`` when there is none."""
    for parent in path[:-1]:
        inner = nodes(tree, parent)
        if not inner:
            return ""
        tree = inner[0]
    for each in tree.get(path[-1], ()):
        if isinstance(each, str):
            return each
    return ""


def nodes(tree: Tree, name: str) -> list[Tree]:
    """Return every element ``name`` that has children."""
    return [each for each in tree.get(name, ()) if isinstance(each, dict)]


def _flat(raw: bytes) -> Tree | None:
    """Return the tree of a document with elements of text side by side, None for any other.

    Nearly everything the platform sends is of this kind, and lxml, which lets go of the interpreter
    for every document, is the dearest part of reading it.
    """
    try:
        body = raw.decode()
    except UnicodeDecodeError:
        return None
    if len(raw.translate(None, _ILLEGAL)) != len(raw) or any(each in body for each in _PARTICULAR):
        return None
    pieces = _FLAT.split(body)
    between = pieces[::4]
    if between[0].strip(_BLANKS) != "<xml>" or between[-1].strip(_BLANKS) != "</xml>" or any(between[1:-1]):
        return None
    tree: Tree = {}
    for name, typed, plain in zip(pieces[1::4], pieces[2::4], pieces[3::4], strict=True):
        tree.setdefault(name, []).append(plain if typed is None else typed)
    return tree


def _utf8(raw: bytes) -> bytes:
    try:
        raw.decode()
    except UnicodeDecodeError:
        try:
            # Half an emoji, as old clients send it: exchanged for a mark instead of losing the message.
            lenient = raw.decode(errors="surrogatepass")
        except UnicodeDecodeError:
            raise XmlError("not UTF-8") from None
        return lenient.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    return raw


def _tree(element: etree._Element, depth: int) -> Tree:
    if depth > MAX_DEPTH:
        raise XmlError("too deep")
    tree: Tree = {}
    strays = [element.text]
    for child in element:
        strays.append(child.tail)
        tree.setdefault(child.tag, []).append(_tree(child, depth + 1) if len(child) else child.text or "")
    if any(stray and not stray.isspace() for stray in strays):
        raise XmlError("text between elements")
    return tree
