"""Three trades as data: each loads, prices what it sells, and answers its own examples; another one needs no code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.config_file import SettingsError
from bot.load import load_files
from bot.policies import load_policies, sentences
from domain.actor import Role
from domain.catalog.product import Product
from domain.catalog.product_design import ProductDesign
from domain.quotes.drafting import DraftQuote
from domain.quotes.lines import QuoteItem
from tests.support.company import Company
from tests.support.trades import PRESETS, open_trade

TRADES = ("equipment", "windows", "custom-parts")
SIZED = {
    "机加工件": {"长": "120", "宽": "80"},
    "阳光房": {"长": "4000", "宽": "3000"},
    "断桥铝窗": {"宽": "1500", "高": "1500"},
}
SIZED["钣金件"] = {"长": "600", "宽": "400"}


@pytest.fixture(scope="module", params=TRADES)
def trade(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder: Path = tmp_path_factory.mktemp("trade")
    with open_trade(f"sqlite:///{folder}/test.db", request.param) as company:
        yield company


def test_everything_it_sells_can_be_quoted(trade: Company) -> None:
    seller = next(name for name, person in trade.people.items() if Role.SALES in person.roles)
    priced = [product for product in trade.all(Product) if product.is_priced]
    items = tuple(QuoteItem(product=each.code, quantity=2, inputs=SIZED.get(each.design, {})) for each in priced)
    assert len({each.design for each in priced if each.design}) >= 1
    quote_id = trade.act(DraftQuote(items=items), seller)
    view = trade.look(lambda queries: queries.quotes.card(quote_id, trade.actor(seller)))
    assert [line.code for line in view.lines] == [each.code for each in priced]
    assert all(line.price_fen > 0 for line in view.lines)
    assert view.total_fen == sum(line.net_fen for line in view.lines)
    assert {term.kind for term in view.terms} == {"付款", "交期", "质保"}


def test_its_policies_are_sentences(trade: Company) -> None:
    said = list(sentences(trade.business.policies))
    assert any("条款的标准写法" in each for each in said)
    assert any("非标条款" in each and "财务" in each for each in said)


def test_loading_it_again_changes_nothing(trade: Company) -> None:
    editions = [(each.name, each.edition) for each in trade.all(ProductDesign)]
    folder = next(PRESETS / each for each in TRADES if _is_of(PRESETS / each, trade))
    trade.clock.move(timedelta(minutes=1))
    list(load_files(trade.database, trade.business, [folder / "designs.yaml", folder / "products.yaml"]))
    assert [(each.name, each.edition) for each in trade.all(ProductDesign)] == editions
    assert {edition for _, edition in editions} == {1}


def _is_of(folder: Path, trade: Company) -> bool:
    rows = yaml.safe_load((folder / "people.yaml").read_text(encoding="utf-8"))["people"]
    return rows[0]["name"] in trade.people


@pytest.mark.parametrize("preset", TRADES)
def test_every_file_says_what_it_is_for(preset: str) -> None:
    """An administrator reads these before anything else."""
    for name in ("people.yaml", "products.yaml", "designs.yaml", "customers.yaml", "policies/approvals.yaml"):
        assert (PRESETS / preset / name).read_text(encoding="utf-8").startswith("# ")


MISTAKES = [
    ("基价 + 窗型.加价", "基介 + 窗型.加价", "prices.0.rate: “窗体”：公式“基介 + 窗型.加价 + 材质.加价 + 玻璃.加价 + 颜色.加价”里没有“基介”这个名字，是不是“基价”？"),
    ("面积: 宽 * 高 / 1000000", "面积: 宽 * 高 ** 2", "terms.…: 公式“宽 * 高 ** 2”里只能有数字、名字"),
    ("rate: 28,", "rate: 1E+1000000,", "prices.2.rate: 公式“1E+1000000”里的“1E+1000000”不是普通的数字"),
    ("default: 国产五金", "default: 国产", "options.4: “五金”的默认“国产”不在选项里：国产五金、进口五金"),
    ("price: 4508.83", "price: 4508.84", "examples.0: “断桥铝窗”的例子应该是 ¥4,508.84，实际算出 ¥4,508.83"),
    ("least: 1.5", "laest: 1.5", "prices.0.laest: 没有这个键，是不是"),
    ("per: ㎡", "per: 平米", "prices.0.per: 只能写 '㎡', 'm', 'kg', '件', '项' or '%'"),
    ("least: 300, most: 6000,", "least: NaN, most: 6000,", "inputs.0.least: 请写普通的数字"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES, ids=[each[1] for each in MISTAKES])
def test_a_mistake_in_a_design_has_file_line_and_name(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    text = (PRESETS / "windows" / "designs.yaml").read_text(encoding="utf-8")
    assert right in text
    file = tmp_path / "designs.yaml"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    line = text[: text.index(right)].count("\n") + 1
    with pytest.raises(SettingsError) as refused:
        list(load_files(None, None, [file]))  # type: ignore[arg-type]
    message = str(refused.value)
    assert message.startswith(f"{file}:")
    assert f"designs.0.{said}" in message
    written = int(message.removeprefix(f"{file}:").split(" ")[0])
    assert line - 8 <= written <= line


def test_a_fourth_trade_is_a_folder(tmp_path: Path) -> None:
    """Curtains: nothing of them is known to the program."""
    (tmp_path / "designs.yaml").write_text(
        """designs:
  - name: 窗帘
    values: {每米: 98, 成本: 60}
    inputs: [{name: 宽, least: 500, most: 12000, slot: width_mm}, {name: 高, least: 500, most: 4000, slot: height_mm}]
    options:
      - {group: 褶皱, default: 两倍, choices: [{name: 两倍, values: {倍数: 2}}, {name: 一点五倍, values: {倍数: 1.5}}]}
    prices:
      - {name: 布料, per: m, amount: 宽 * 褶皱.倍数 / 1000, rate: 每米, cost: 成本, when: 高 <= 2800}
      - {name: 超高布料, per: ㎡, amount: 宽 * 高 * 褶皱.倍数 / 1000000, rate: 每米 / 2, cost: 成本 / 2, when: 高 > 2800}
    examples:
      - {inputs: {宽: 3000, 高: 2600}, price: 588}
      - {inputs: {宽: 3000, 高: 3000}, price: 882}
""",
        encoding="utf-8",
    )
    products = "products:\n  - {code: CL, name: 定制窗帘, unit: 幅, design: 窗帘}\n"
    (tmp_path / "products.yaml").write_text(products, encoding="utf-8")
    shutil.copy(PRESETS / "windows" / "people.yaml", tmp_path / "people.yaml")
    shutil.copytree(PRESETS / "windows" / "policies", tmp_path / "policies")
    load_policies(tmp_path / "policies")
    with open_trade(f"sqlite:///{tmp_path}/test.db", str(tmp_path)) as company:
        item = QuoteItem(product="定制窗帘", quantity=3, inputs={"宽": "3000", "高": "2600"})
        quote_id = company.act(DraftQuote(items=(item,)), "小林")
        view = company.look(lambda queries: queries.quotes.card(quote_id, company.actor("小林")))
        assert (view.lines[0].price_fen, view.lines[0].measure) == (58_800, "18m")
