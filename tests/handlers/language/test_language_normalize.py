import pytest

from handlers.language.normalize import LIMIT, normalize
from handlers.language.traditional import TABLE


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("ＡＢＣ１２３，好！", "ABC123,好!"),
        ("恒\u200b力", "恒力"),
        ("報價單", "报价单"),
        ("@跟单助手 查恒力", "查恒力"),
        ("@张伟 去一趟", "张伟 去一趟"),
        ("「李明：报价发了吗」\n- - - - - -\n发了", "发了"),
        ("嗯那个，恒力", "那个,恒力"),
        ("写E0几来着 E07", "写E07"),
        ("叫啥来着 甬江精工 对", "甬江精工"),
        ("销售额多少", "销售额多少"),
    ],
)
def test_folds_and_drops(raw, text):
    assert normalize(raw).text == text


def test_finds_the_way_back_to_the_raw_words():
    normal = normalize("@跟单助手 給「恒\u200b力」報價")
    start = normal.text.index("恒")
    assert normal.quote(start, start + 2) == "恒\u200b力"


@pytest.mark.parametrize(
    "raw", ["給閩興報２台ＧＡ３７，下週三前！", "嗯 客户（新）要两台：X200～X300", "【急】叫啥来着 甬江 对"]
)
def test_the_quick_way_and_the_long_way_agree(raw):
    quick, long = normalize(raw), normalize("\u200b" + raw)
    assert (long.text, tuple(place - 1 for place in long.index)) == (quick.text, quick.index)


def test_reads_no_more_than_its_limit():
    assert len(normalize("三" * 5000).text) == LIMIT


def test_every_traditional_sign_has_one_simplified_sign():
    assert all(len(simple) == 1 for simple in TABLE.values())
