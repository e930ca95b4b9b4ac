"""One sentence to a priced quote and its corrections, as people type them, through the router and the real reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cards.card import Card
from domain.approvals.approval import Approval
from domain.approvals.deciding import ApproveStep
from domain.quotes.quote import Quote
from tests.support.trades import open_trade
from tests.support.typed import Typed

P2 = "王总13812345678要18樘断桥铝平开108的 1米8乘2米4 三玻两腔 灰色 啥价 急"


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    folder: Path = tmp_path_factory.mktemp("windows")
    with open_trade(f"sqlite:///{folder}/test.db", "windows") as company:
        yield Typed(company)


def shown(typed: Typed, name: str = "小林") -> Card:
    """Return the quote that was answered last."""
    subject = next(each.partition(" ")[2] for each in reversed(typed.heard) if each.startswith("quotes.draft"))
    return typed.company.card("quotes.draft", subject, name)


def row(card: Card, label: str) -> str:
    return next(field.value for field in card.fields if field.label == label)


def test_one_sentence_is_a_priced_quote_and_its_correction_the_second_version(typed: Typed) -> None:
    """P2: mixed units, width before height, defaults filled and shown, one select; two of five values corrected."""
    heard = typed.says("小林", P2)
    assert [each.partition(" ")[0] for each in heard] == ["inquiries.logged", "quotes.draft"]
    card = shown(typed)
    assert (card.title[-2:], card.headline) == ("V1", "¥81,158.94")
    assert row(card, "产品") == "断桥铝平开窗108 18樘 × ¥4,508.83"
    assert row(card, "尺寸") == "1800×2400mm 4.32㎡ 共77.76㎡"
    assert row(card, "配置") == "平开、三玻两腔、灰色；默认喷涂铝、国产五金"
    assert row(card, "条款") == "付款 三六一、交期 30天、质保 两年"
    assert "没说五金，先按“国产五金”算" in card.notes
    (choice,) = card.choices
    assert (choice.title, [option.text for option in choice.options], choice.selected) == (
        "五金",
        ["国产五金", "进口五金"],
        ("0",),
    )

    before = len(typed.company.all(Quote))
    typed.says("小林", "不对 是16樘 高2米2")
    card = shown(typed)
    assert (card.title[-2:], card.headline, len(typed.company.all(Quote))) == ("V2", "¥66,504.00", before)
    assert row(card, "尺寸") == "1800×2200mm 3.96㎡ 共63.36㎡"
    assert row(card, "较V1") == "数量 18→16（-2）；高 2400→2200；单价 -7.8%；合计 ¥81,158.94→¥66,504.00"
    assert card.status == "草稿，取代V1"

    typed.presses("小林", card, "定五金", option="1")
    card = typed.company.card("quotes.draft", card.subject, "小林")
    assert (card.title[-2:], card.headline) == ("V2", "¥70,984.00")
    assert card.submit is not None
    assert card.submit.text == "改折扣"


def test_the_quote_in_hand_is_changed_by_short_words(typed: Typed) -> None:
    typed.says("小林", P2)
    typed.says("小林", "五金用进口")
    assert "灰色、进口五金；" in row(shown(typed), "配置")
    typed.says("小林", "换成咖啡色")
    assert row(shown(typed), "较V1").startswith("颜色 灰色→咖啡色")
    typed.says("小林", "付款改四四二")
    card = shown(typed)
    assert row(card, "条款").startswith("付款 四四二（40%、40%、20%）（非标）、")
    assert "审批规则：非标条款，由直属上级，再由财务审批" in card.notes
    typed.says("小林", "付款改361")
    assert row(shown(typed), "条款").startswith("付款 三六一、")
    typed.says("小林", "让三个点")
    assert row(shown(typed), "折扣").startswith("9.7折")
    typed.says("小林", "交期改成45天")
    assert "交期 45天" in row(shown(typed), "条款")
    assert shown(typed).title[-2:] == "V6"
    assert typed.says("小林", "付款改三六一") == ["您说的和这份报价现在的内容一样，没有改动。"]


@pytest.mark.parametrize("words", ["客户还是要V1", "按V1来", "用第一版", "回到V1吧", "还是V1"])
def test_the_first_version_counts_again(typed: Typed, words: str) -> None:
    typed.says("小林", P2)
    typed.says("小林", "不对 是16樘")
    typed.says("小林", words)
    card = shown(typed)
    assert (card.title[-2:], card.headline) == ("V1", "¥81,158.94")


def test_taking_back_a_change_returns_to_the_version_before(typed: Typed) -> None:
    """撤销 throws away the last change, and the quotation only when there was nothing before it."""
    typed.says("小林", "给绿湾报个价 80平开 1500*1800 10樘 双玻")
    typed.says("小林", "九折")
    heard = typed.says("小林", "撤销")
    card = shown(typed)
    assert (card.title[-2:], card.headline, card.status) == ("V1", "¥21,724.50", "草稿")
    assert heard[-1].endswith("回到 V1；弄错了发“恢复”，就回到 V2。")
    (said,) = typed.says("小林", "撤销")
    assert "刚才已经撤销过" in said
    assert shown_again(typed, card).headline == "¥21,724.50"
    typed.says("小林", "恢复")
    assert shown_again(typed, card).headline == "¥19,552.05"
    typed.says("小林", "给绿湾报个价 80平开 1500*1800 10樘")
    typed.says("小林", "颜色换灰色")
    (said,) = typed.says("小林", "撤销")
    assert "没有另存版本，不能撤销" in said
    typed.says("小林", "给绿湾报价 铜门2樘")
    typed.says("小林", "确认提醒")
    (said,) = typed.says("小林", "撤销")
    assert "没有另存版本，不能撤销" in said
    typed.says("小林", "给绿湾报个价 80平开 1500*1800 10樘")
    (said,) = typed.says("小林", "撤销")
    assert said.endswith("已作废。")


def shown_again(typed: Typed, card: Card) -> Card:
    return typed.company.card("quotes.draft", card.subject, "小林")


def test_several_lines_are_priced_and_changed_one_by_one(typed: Typed) -> None:
    typed.says("小林", "给绿湾报价 80平开 10樘 1500*1800 和 108平开 5樘 1800*2100 三玻，20扇纱窗")
    card = shown(typed)
    assert [(field.label, field.value) for field in card.fields[:5]] == [
        ("第1行", "断桥铝平开窗80 10樘 × ¥2,172.45"),
        ("做法", "1500×1800mm 2.7㎡ 共27㎡；平开；默认喷涂铝、双玻中空、白色、国产五金"),
        ("第2行", "断桥铝平开窗108 5樘 × ¥3,824.59"),
        ("做法", "1800×2100mm 3.78㎡ 共18.9㎡；平开、三玻两腔；默认喷涂铝、白色、国产五金"),
        ("第3行", "SC-01 金刚网纱窗 20扇 × ¥235.00"),
    ]
    typed.says("小林", "第2行不要了 第1行改12樘 纱窗改成25扇")
    assert row(shown(typed), "较V1") == (
        "PK80 数量 10→12（+2）；SC-01 数量 20→25（+5）；去掉 PK108；合计 ¥45,547.45→¥31,944.40"
    )
    typed.says("小林", "换成木纹的")
    assert (shown(typed).title[-2:], "平开、木纹铝；" in row(shown(typed), "做法")) == ("V2", True)
    typed.says("小林", "再加3樘108平开 1米8乘2米4 三玻")
    assert row(shown(typed), "较V2").startswith("加 PK108 × 3；")
    (said,) = typed.says("小林", "账期能不能放60天")
    assert said == "这是在问，还没有改动。要改就直接发，例如：账期放60天"
    typed.says("小林", "备注 含安装、含运费")
    assert "备注 含安装、含运费（非标）" in row(shown(typed), "条款")
    assert any("非标条款" in note for note in shown(typed).notes)


def test_a_price_for_the_whole_is_met_to_the_fen(typed: Typed) -> None:
    """Of every line its share; the discount, the version and 撤销 follow; after a change of goods a discount counts."""
    typed.says("小林", "给绿湾报个价 80平开 1500*1800 10樘 双玻")
    typed.says("小林", "客户嫌贵 一口价2万1千5")
    card = shown(typed)
    assert (card.title[-2:], card.headline) == ("V2", "¥21,500.00")
    assert row(card, "折扣") == "一口价，约9.9折（原价 ¥21,724.50）"
    assert row(card, "较V1") == "折扣 不打折→一口价；合计 ¥21,724.50→¥21,500.00"
    assert row(card, "税") == "含税，其中税额 ¥2,473.45"

    typed.says("小林", "再便宜三百")
    assert shown(typed).headline == "¥21,200.00"
    typed.says("小林", "撤销")
    assert (shown(typed).headline, row(shown(typed), "折扣")[:3]) == ("¥21,500.00", "一口价")
    (said,) = typed.says("小林", "撤销")
    assert "刚才已经撤销过，现在是 V2。弄错了发“恢复”，就回到 V3；" in said  # never to and fro
    typed.says("小林", "恢复")
    assert (shown(typed).title[-2:], shown(typed).headline) == ("V3", "¥21,200.00")
    (said,) = typed.says("小林", "恢复")
    assert said.startswith("报价 Q-2611-0") and "没有刚撤销的改动，不用恢复" in said
    typed.says("小林", "撤销")
    typed.says("小林", "再加5扇金刚网纱窗")
    card = shown(typed)
    assert row(card, "折扣").startswith("9.89折（原价 ")
    assert "折扣 一口价→9.89折" in row(card, "较V2")
    typed.says("小林", "总价抹零 付款改四四二")
    card = shown(typed)
    assert card.headline[-5:] == "00.00"
    assert "四四二（40%、40%、20%）（非标）" in row(card, "条款")


def test_a_price_for_the_whole_that_cannot_be_is_told_why(typed: Typed) -> None:
    typed.says("小林", "给绿湾报个价 80平开 1500*1800 10樘 双玻 一口价2万")
    assert shown(typed).headline == "¥20,000.00"
    assert typed.says("小林", "一口价5万") == [
        "一口价 ¥50,000.00 比原价 ¥21,724.50 还高，请核对金额；要加价请先改产品或选项。"
    ]
    assert typed.says("小林", "便宜两万") == ["这样总价只有 ¥0.00，不到原价 ¥21,724.50 的一折，请核对金额。"]
    assert typed.says("小林", "抹个零头") == ["总价 ¥20,000.00 没有零头可抹。要做到多少请直接说，例如：一口价19000元。"]
    assert typed.says("小林", "一口价2万") == ["您说的和这份报价现在的内容一样，没有改动。"]
    (said,) = typed.says("小林", "一口价1万8行不行")
    assert said == "这是在问，还没有改动。要改就直接发，例如：一口价1万8"


def test_versions_and_working_are_shown(typed: Typed) -> None:
    typed.says("小林", P2)
    typed.says("小林", "九五折")
    (heard,) = typed.says("小林", "历史版本")
    card = typed.company.card(*heard.split(" "), "小林")
    assert [(field.label, field.value.split("，")[0]) for field in card.fields] == [
        ("V2", "¥77,100.99"),
        ("V1", "¥81,158.94"),
    ]
    assert row(card, "V2").endswith("现在有效；较V1 折扣 不打折→9.5折；合计 ¥81,158.94→¥77,100.99")
    typed.presses("小林", card, "用这个版本", version="1")
    assert shown(typed).headline == "¥81,158.94"
    (said,) = typed.says("小林", "计算过程")
    assert said.splitlines()[1:] == [
        "PK108 18樘 × ¥4,508.83：折后 ¥81,158.94",
        "· 窗体：4.32 ㎡ × 1.03（损耗） × 920 元 = ¥4,093.63",
        "· 五金：180 元 = ¥180.00",
        "· 打胶安装：8.4 m × 28 元 = ¥235.20",
        "合计 ¥81,158.94（不打折，含税 ¥9,336.87）",
    ]


def test_a_missing_measure_is_the_only_thing_asked(typed: Typed) -> None:
    heard = typed.says("小林", "李总13912345670要6樘108平开的 三玻两腔 多少钱")
    assert heard[-1] == "报价还差宽、高，直接发来就能报，例如：1500*1100。"
    typed.says("小林", "1500*1800")
    card = shown(typed)
    assert row(card, "产品").startswith("断桥铝平开窗108 6樘")
    assert row(card, "尺寸").startswith("1500×1800mm 2.7㎡")
    assert "三玻两腔" in row(card, "配置")


def test_what_is_missing_is_asked_once_and_the_rest_is_kept(typed: Typed) -> None:
    """Only the missing measure, or the missing product, is asked for; customer, number and options stay."""
    typed.says("小林", "绿湾要80平开10樘 三玻 报价")
    assert "还差宽、高，多大？例如：1500*1100。" in str(typed.draft("小林"))
    typed.says("小林", "1米5乘1米8")
    card = shown(typed)
    assert (card.subtitle, row(card, "产品")) == ("杭州绿湾置业有限公司", "断桥铝平开窗80 10樘 × ¥2,506.17")
    typed.says("小林", "给绿湾报价")
    typed.says("小林", "80平开 1500*1800 10樘")
    assert shown(typed).subtitle == "杭州绿湾置业有限公司"
    typed.says("小林", "给绿湾报价 90平开 10樘 1500*1800")
    asked = typed.draft("小林")
    assert "产品库里没有“90平开”，您要报的是哪个？" in str(asked)
    typed.says("小林", "断桥铝平开窗80")
    assert row(shown(typed), "产品").startswith("断桥铝平开窗80 10樘")
    (said,) = typed.says("小林", "给绿湾报价 80平开 10樘 1500*1800 打0折")
    assert said.startswith("打 0 折就是白送")


@pytest.mark.parametrize(
    ("size", "read"),
    [
        ("1米8乘2米4", "1800×2400"),
        ("180cm×240cm", "1800×2400"),
        ("1800*2400", "1800×2400"),
        ("高2米4宽1米8", "1800×2400"),
    ],
)
def test_units_as_they_are_typed(typed: Typed, size: str, read: str) -> None:
    typed.says("小林", f"给绿湾报价 5樘108平开 {size} 不要灰色 要咖啡色")
    card = shown(typed)
    assert row(card, "尺寸").startswith(f"{read}mm")
    assert "咖啡色" in row(card, "配置")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (
            "给绿湾报价 5樘108平开 18*24厘米",
            "断桥铝平开窗108的宽 180mm 做不了，要在 300 到 6000mm 之间，是不是 1800mm？请改好再发。",
        ),
        (
            "给绿湾报价 5樘推拉85 1米8乘2米4 三玻两腔 推拉窗",
            "断桥铝推拉窗85这样配不了：推拉扇装不下三玻两腔，请改平开或双玻中空。请换一种再发。",
        ),
    ],
)
def test_what_cannot_be_made_is_said(typed: Typed, words: str, answer: str) -> None:
    assert typed.says("小林", words) == [answer]


def test_a_warning_is_accepted_in_words_before_it_is_submitted(typed: Typed) -> None:
    typed.says("小林", "给绿湾报价 铜门2樘")
    card = shown(typed)
    assert "提醒 缺配件：RH-90 要配 LOCK-1（智能锁），报价里没有" in card.notes
    assert "提交审批" not in [button.text for button in card.buttons]
    (refused,) = typed.says("小林", "提交")
    assert "还有 1 条提醒没确认" in refused
    (said,) = typed.says("小林", "确认提醒")
    assert "已由您确认" in said
    (said,) = typed.says("小林", "提交")
    assert "已提交" in said


def test_how_fast_and_how_well_is_counted(typed: Typed) -> None:
    """S-080, S-082: ready 12 minutes after the first message; put right afterwards, and what for."""
    company = typed.company
    typed.says("阿娟", "给华鑫报价 100扇纱窗")
    company.clock.move(timedelta(minutes=12))
    typed.says("阿娟", "提交")
    company.act(ApproveStep(approval_id=company.all(Approval)[-1].id), "周敏")
    typed.says("阿娟", "不对 是110扇")
    (said,) = typed.says("阿娟", "报价效率")
    assert said.splitlines() == [
        "我 11-01 到 11-23 共报价 1 份，已同意 1 份。",
        "从第一句话到可以发出：一半不超过 12 分钟，九成不超过 12 分钟。",
        "同意后又改的：1/1 个版本，出错率 100%；原因：数量 1。",
    ]
    (said,) = typed.says("小林", "报价效率")
    assert said.startswith("我 11-01 到 11-23 共报价 ")
    assert "已同意 0 份" in said


def test_what_no_line_was_made_of_is_told(typed: Typed) -> None:
    """A window or a lock that is left out of a quotation silently is lost money; a product is known by its name too."""
    heard = typed.says("小林", "绿湾那边要8樘百叶窗 2米4乘1米5 再来两樘入户门 报个价")
    assert heard[0].startswith("“8樘百叶窗”没看出是哪个产品，没有报进去。")
    assert row(shown(typed), "产品").startswith("RH-90 入户铜门 2樘")
    heard = typed.says("小林", "给绿湾报价 锁两把 铜门2樘")
    assert heard[0].startswith("“锁两把”没看出")
    assert [each.partition(" ")[0] for each in typed.says("小林", "给绿湾报价 铜门2樘 智能锁2套")] == ["quotes.draft"]
    assert [row(shown(typed), f"第{number}行")[:6] for number in (1, 2)] == ["RH-90 ", "LOCK-1"]


def test_what_is_asked_in_passing_is_answered_with_how_it_stands(typed: Typed) -> None:
    """Whose turn it is, one's own, back with the last one: none of it is a wish for another quotation."""
    typed.says("小林", "给绿湾报价 铜门2樘 智能锁2套")
    typed.says("小林", "提交")
    no = typed.company.all(Quote)[-1].no
    for said in (f"{no}到谁那了", f"{no}批了没", "报价到哪一步了", "这份报价批下来了吗"):
        heard = typed.says("小林", said)
        assert heard[0].startswith(f"报价 {no} V1 正在审批，SP-"), said
        assert heard[0].endswith(" 等周敏。")
    for said in ("我的报价", "看下我最近的报价", "有哪些报价"):
        (heard_,) = typed.says("小林", said)
        assert heard_.startswith("dictionary.listing"), said
    (said,) = typed.says("小林", "撤回刚才那份报价")
    assert said == f"报价 {no} 已撤回，改好后可以再提交。"


def test_a_change_of_what_nobody_knows_names_the_lines(typed: Typed) -> None:
    typed.says("小林", "给绿湾报价 铜门2樘 智能锁2套")
    (said,) = typed.says("小林", "把卧室的改成5樘")
    assert "没有改动：没看懂“卧室”。现在有 第1行 入户铜门；第2行 智能锁；请说改哪一行" in said
