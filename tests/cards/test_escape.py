"""R-84, R-104: hostile text is harmless, and cutting never breaks a character."""

from __future__ import annotations

import pytest

from cards.render import escape


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('<a href="https://evil">点</a>', '＜a href="https://evil">点＜/a>'),
        ("<@zhangsan> <!-- --> <?x", "＜@zhangsan> ＜!-- --> ＜?x"),
        ("@all @ALL大家 @所有人 @allen a@all.com", "＠all ＠ALL大家 ＠所有人 @allen a＠all.com"),
        ("$userName=lisi$ $5", "＄userName=lisi$ $5"),
        ("3<5, a < b, 5>3", "3<5, a < b, 5>3"),
        ("a\x00b\x1b[31m\x7f\u202etxt.exe", "ab[31mtxt.exe"),
        ("半个\ud83d表情", "半个\ufffd表情"),
        ("一\r\n二\r三\t四", "一\n二\n三\t四"),
        ("", ""),
    ],
)
def test_plain_slots(text, plain):
    assert escape.defuse(text) == plain
    assert escape.defuse(plain) == plain


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("[点我](https://evil)", "［点我］(https://evil)"),
        ("![图](https://evil/x.png)", "!［图］(https://evil/x.png)"),
        ("**急** `x` a\\", "＊＊急＊＊ ｀x｀ a＼"),
        ("# 标题\n> 引用\n- 列表\n---\n===", "＃ 标题\n＞ 引用\n－ 列表\n－--\n＝=="),
        ('<font color="warning">x</font>', '＜font color="warning"＞x＜/font＞'),
        ("a|b|c", "a｜b｜c"),
        ("&lt;b&gt; &#60;b AT&T", "＆lt;b＆gt; ＆#60;b AT&T"),
        ("3 - 5, WO_1001 和 C#", "3 - 5, WO_1001 和 C#"),
    ],
)
def test_inside_markdown(text, harmless):
    assert escape.markdown(text) == harmless


def test_one_line_has_no_lines():
    assert escape.one_line("  一\n\n二\t 三\u3000四 ") == "一 二 三 四"


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("跟单机器人", 5, "跟单机器人"),
        ("跟单机器人", 4, "跟单机…"),
        ("跟单 机器人", 4, "跟单…"),
        ("ab👨\u200d👩\u200d👧cd", 6, "ab…"),
        ("ae\u0301x", 3, "a…"),
        ("一二", 1, "…"),
    ],
)
def test_cutting_characters(text, most, cut):
    assert escape.cut_chars(text, most) == cut


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [
        ("跟单", 6, "跟单"),
        ("跟单机", 8, "跟…"),
        ("a跟单机", 9, "a跟…"),
        ("😀😀", 7, "😀…"),
        ("abcdef", 5, "ab…"),
    ],
)
def test_cutting_bytes(text, most, cut):
    assert escape.cut_bytes(text, most) == cut
    assert len(cut.encode()) <= most


@pytest.mark.parametrize("most", range(4, 40))
def test_pieces_fit_and_lose_nothing_but_blanks(most):
    text = "第一行。第二行 hello\n👨\u200d👩\u200d👧 长" * 5
    pieces = escape.split_bytes(text, most)
    assert max(len(piece.encode()) for piece in pieces) <= most
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_pieces_end_where_a_sentence_ends():
    assert escape.split_bytes("第一句话。第二句话。第三", 28) == ["第一句话。", "第二句话。第三"]
