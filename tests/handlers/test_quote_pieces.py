"""Which words of a sentence belong to which line of a quotation, by the windows that ship with the product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.load_rows import LoadFile
from domain.policy_quoting import QuotingPolicy
from domain.quotes.lines import QuoteItem
from handlers.quote_changes import LineInHand, read_changes
from handlers.quote_pieces import Called, pieces_said

PRESETS = Path(__file__).parents[2] / "presets"
Piece = tuple[str, int | None, str, str]


@cache
def called(preset: str, *codes: str) -> tuple[Called, ...]:
    """Return products of a trade as the quotation desk knows them."""

    def read(name: str) -> LoadFile:
        text = (PRESETS / preset / f"{name}.yaml").read_text(encoding="utf-8")
        return LoadFile.model_validate(yaml.load(text, yaml.BaseLoader))

    designs = {design.name: design for design in read("designs").designs}
    products = {product.code: product for product in read("products").products}
    return tuple(
        Called(
            code=code,
            names=(code, products[code].name, *products[code].aliases),
            unit=products[code].unit,
            design=designs.get(products[code].design),
        )
        for code in codes
    )


def shown(item: QuoteItem) -> Piece:
    return (item.product, item.quantity, "×".join(item.inputs.values()), "、".join(item.options.values()))


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        (
            "80平开 10樘 1500*1800 和 108平开 5樘 1800*2100 三玻",
            [("PK80", 10, "1500×1800", "平开"), ("PK108", 5, "1800×2100", "平开、三玻两腔")],
        ),
        (
            "10樘80平开1500*1800，6樘108平开 1米2乘1米5 都灰色",
            [("PK80", 10, "1500×1800", "灰色、平开"), ("PK108", 6, "1200×1500", "灰色、平开")],
        ),
        (
            "80平开 1500*1800 10樘 1200*1500 6樘 三玻 灰色",
            [
                ("PK80", 10, "1500×1800", "三玻两腔、灰色、平开"),
                ("PK80", 6, "1200×1500", "三玻两腔、灰色、平开"),
            ],
        ),
        (
            "80平开 10樘1500*1800 双玻，6樘1200*1500 三玻",
            [("PK80", 10, "1500×1800", "平开、双玻中空"), ("PK80", 6, "1200×1500", "平开、三玻两腔")],
        ),
        (
            "80平开和108平开各4樘 1500*1800 三玻",
            [("PK80", 4, "1500×1800", "三玻两腔、平开"), ("PK108", 4, "1500×1800", "平开、三玻两腔")],
        ),
        ("80平开 1500*1800 10樘 再加纱窗20扇", [("PK80", 10, "1500×1800", "平开"), ("SC-01", 20, "", "")]),
        ("80平开 1500*1800 10樘 20扇纱窗", [("PK80", 10, "1500×1800", "平开"), ("SC-01", 20, "", "")]),
        ("绿湾要80平开 报一下 80平开 1500*1800 10樘", [("PK80", 10, "1500×1800", "平开")]),
        ("80平开 -3樘 1500*1800", [("PK80", 0, "1500×1800", "平开")]),
        ("80平开 1.5樘 1500*1800", [("PK80", 0, "1500×1800", "平开")]),
        ("80平开 1500*1800 不要灰色要咖啡", [("PK80", None, "1500×1800", "平开、咖啡色")]),
    ],
)
def test_every_line_has_its_own_words(said: str, pieces: list[Piece]) -> None:
    found = pieces_said(said, called("windows", "PK80", "PK108", "SC-01"))
    assert [(code, count, size, set(made.split("、"))) for code, count, size, made in map(shown, found)] == [
        (code, count, size, set(made.split("、"))) for code, count, size, made in pieces
    ]


@pytest.mark.parametrize(
    ("said", "inputs"),
    [
        ("机加件 100*80*20 50件", {"长": "100", "宽": "80", "厚": "20"}),
        ("机加件 长1米2 宽80mm 厚25 3件", {"长": "1200", "宽": "80", "厚": "25"}),
        ("机加件 长120 宽60 3件", {"长": "120", "宽": "60"}),
        ("机加件 12公分*8公分 3件", {"长": "120", "宽": "80"}),
    ],
)
def test_a_part_is_measured_by_its_own_names(said: str, inputs: dict[str, str]) -> None:
    (item,) = pieces_said(said, called("custom-parts", "JG-01"))
    assert item.inputs == inputs


POLICY = QuotingPolicy.model_validate(
    yaml.safe_load((PRESETS / "windows/policies/quoting.yaml").read_text(encoding="utf-8"))
)


def change(said: str) -> tuple[list[tuple[object, ...]], object, str]:
    """Return the changes of a quotation of ten PK80 and twenty screens at 9.3折."""
    pk80, sc01, pk108 = called("windows", "PK80", "SC-01", "PK108")
    lines = [LineInHand(called=pk80, quantity=10), LineInHand(called=sc01, quantity=20)]
    read = read_changes(said, lines, [pk108], discount_ppm=930_000, policy=POLICY)
    items = [
        (
            item.line or ("+" + item.product if item.added else "?"),
            "-" if item.removed else item.quantity,
            *item.inputs.values(),
            *item.options.values(),
        )
        for item in read.items
    ]
    return items, (read.terms or read.valid_days or read.discount_ppm), read.rest


@pytest.mark.parametrize(
    ("said", "items", "more"),
    [
        ("把颜色弄成咖啡色", [(1, None, "咖啡色")], None),
        ("玻璃升级三玻", [(1, None, "三玻两腔")], None),
        ("五金上进口的吧", [(1, None, "进口五金")], None),
        ("宽改1600", [(1, None, "1600")], None),
        ("尺寸错了 应该是1500乘1600", [(1, None, "1500", "1600")], None),
        ("不对 是16樘 高2米2", [(1, 16, "2200")], None),
        ("加5樘", [(1, 15)], None),
        ("少两樘", [(1, 8)], None),
        ("纱窗改成25扇", [(2, 25)], None),
        ("纱窗再加5扇", [(2, 25)], None),
        ("纱窗不要了", [(2, "-")], None),
        ("去掉第二行", [(2, "-")], None),
        ("第2行不要了 第1行改12樘", [(2, "-"), (1, 12)], None),
        ("第2行不要了 第1行改12樘 纱窗改成25扇", [(2, "-"), (1, 12), (2, 25)], None),
        ("再加3樘108平开 1米8乘2米4 三玻", [("+PK108", 3, "1800", "2400", "平开", "三玻两腔")], None),
        ("再加3樘80平开 1米8乘2米4", [("+PK80", 3, "1800", "2400", "平开")], None),
        ("客户嫌贵 再便宜两个点", [], 910_000),
        ("让三个点", [], 970_000),
        ("付款搞成五四一", [], {"付款": "五四一"}),
        ("质保给五年吧", [], {"质保": "五年"}),
        ("账期放60天", [], {"付款": "60天"}),
        ("备注 含安装，不含税", [], {"备注": "含安装，不含税"}),
        ("有效期改15天", [], 15),
        ("报价有效期延长到两个月", [], 60),
    ],
)
def test_a_short_sentence_changes_what_it_names(said: str, items: list[object], more: object) -> None:
    assert change(said) == (items, more, "")


@pytest.mark.parametrize(
    "said",
    [
        "明天下午去绿湾送样",
        "客户说灰色不好看",
        "王工说宽1600装不下",
        "付款拖了三个月还没到",
        "这家做断桥铝的",
        "晚点再报",
    ],
)
def test_a_sentence_with_more_in_it_is_no_change(said: str) -> None:
    assert change(said)[2]


@pytest.mark.parametrize("said", ["账期能不能放60天", "改成灰色行不行", "打九折可以吗", "换三玻多少钱"])
def test_a_question_is_told_from_a_change(said: str) -> None:
    pk80, sc01 = called("windows", "PK80", "SC-01")
    lines = [LineInHand(called=pk80, quantity=10), LineInHand(called=sc01, quantity=20)]
    assert read_changes(said, lines, [], discount_ppm=1_000_000, policy=POLICY).asks
