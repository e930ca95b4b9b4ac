"""Customers come, change and go without a new directory; what is found is what a new one would find."""

import pytest

from handlers.language.directory import Directory
from handlers.language.gazetteer import Gazetteer

HENGLI = {"name": "苏州恒力机械有限公司", "aliases": ["老恒家"], "contacts": [{"name": "王建国"}]}
OTHERS = [{"name": f"宁波{core}模具有限公司"} for core in ("甬江", "海达", "镇新", "北星")]


def found(directory, text):
    return sorted((text[start:end], entry[0].value) for start, end, entry in directory.words_in(text))


def longest(directory, text):
    return max(found(directory, text), key=lambda hit: len(hit[0]), default=None)


def test_a_new_customer_is_found_and_the_old_ones_stay():
    directory = Directory.build(OTHERS).renewed([*OTHERS, HENGLI])
    assert longest(directory, "给苏州恒力报价") == ("苏州恒力", HENGLI["name"])
    assert found(directory, "问老恒家") == [("老恒家", HENGLI["name"])]
    assert longest(directory, "甬江模具的") == ("甬江模具", "宁波甬江模具有限公司")
    assert found(directory, "王建国") == [("王建国", "王建国")]
    assert HENGLI["name"] in directory


def test_a_changed_customer_is_found_by_its_new_words_only():
    directory = Directory.build([*OTHERS, HENGLI]).renewed([*OTHERS, {"name": HENGLI["name"], "aliases": ["大恒"]}])
    assert found(directory, "老恒家") == []
    assert found(directory, "大恒") == [("大恒", HENGLI["name"])]
    assert found(directory, "王建国") == []


def test_a_customer_that_is_gone_is_not_found():
    directory = Directory.build([*OTHERS, HENGLI]).renewed(OTHERS)
    assert found(directory, "苏州恒力") == []
    assert directory.parts_of(HENGLI["name"]) is None
    assert list(directory.sounds_in("苏州恒丽")) == []


def test_one_layer_after_another():
    directory = (
        Directory.build(OTHERS).renewed([*OTHERS, HENGLI]).renewed([*OTHERS, HENGLI, {"name": "无锡恒源泵业有限公司"}])
    )
    assert longest(directory, "苏州恒力") == ("苏州恒力", HENGLI["name"])
    assert longest(directory, "恒源泵业") == ("恒源泵业", "无锡恒源泵业有限公司")


@pytest.mark.parametrize("layered", [False, True])
def test_a_form_of_two_customers_is_nobodys(layered):
    twin = {"name": "无锡恒力传动有限公司"}
    directory = Directory.build([HENGLI]).renewed([HENGLI, twin]) if layered else Directory.build([HENGLI, twin])
    assert found(directory, "恒力") == []
    assert longest(directory, "恒力传动") == ("恒力传动", twin["name"])
    assert [name for *_, name, _ in directory.sounds_in("苏州恒丽")] == [HENGLI["name"]]
    assert list(directory.sounds_in("找恒丽")) == []


def test_in_a_crowd_the_sign_beside_decides():
    crowd = [
        {"name": f"{place}华鑫{trade}有限公司"}
        for place, trade in (("青岛", "门窗"), ("烟台", "机械"), ("济南", "电子"), ("潍坊", "食品"), ("临沂", "木业"))
    ]
    directory = Directory.build(crowd)
    assert found(directory, "华鑫") == []
    assert longest(directory, "华鑫食品") == ("华鑫食品", "潍坊华鑫食品有限公司")
    assert longest(directory, "济南华鑫") == ("济南华鑫", "济南华鑫电子有限公司")


def test_a_snapshot_is_renewed_whole():
    old = Gazetteer.from_world({"customers": OTHERS, "products": ["X200"]})
    new = old.renewed({"customers": [*OTHERS, HENGLI], "products": ["X300"]})
    assert {entry.value for *_, entries in new.words_in("x300 x200") for entry in entries} == {"X300"}
    assert longest(new.directory, "苏州恒力") == ("苏州恒力", HENGLI["name"])
    assert found(old.directory, "苏州恒力") == []
