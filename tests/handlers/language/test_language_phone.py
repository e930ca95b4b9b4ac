import pytest

from handlers.language.phone import find_emails, find_phones
from handlers.language.spans import best_cover


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("电话13812345678", "13812345678"),
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        ("座机0512-62781234转808", "051262781234-808"),
        ("4oo-82l-7788", "4008217788"),
        ("4008217788", "4008217788"),
        ("幺三八零零幺三八零零零", "13800138000"),
        ("打62781234", "62781234"),
        ("尾号5678是谁", "5678"),
    ],
)
def test_finds_the_number(text, digits):
    assert [span.value for span in best_cover(find_phones(text))] == [digits]


@pytest.mark.parametrize("text", ["合同20260311001号", "要1380台", "138123456789", "一二三四五六七八九十"])
def test_leaves_other_digits_alone(text):
    assert list(find_phones(text)) == []


def test_letters_for_digits_want_a_nod():
    assert [span.fuzzy for span in best_cover(find_phones("4oo-82l-7788"))] == [True]


def test_finds_mail():
    assert [span.value for span in find_emails("发 a.b@x-y.com 吧")] == ["a.b@x-y.com"]
