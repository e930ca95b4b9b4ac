"""How a Chinese company name is built, and the short forms people make of it.

苏州 恒力 机械 有限公司 is place, core, trade and form. People say 苏州恒力, 恒力机械, 恒力; of a long trade they
keep the first signs of its words (重型装备 → 重装), of core and trade one sign each (宁波二齿).
"""

# ruff: noqa: E501, SIM905  (lists of words)
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from handlers.language.places import TOWN_PREFIX, place_end

FORMS: Final = (
    "股份有限公司 有限责任公司 集团有限公司 集团股份有限公司 控股有限公司 有限公司 总公司 分公司 公司 集团 总厂 分厂 厂 研究所 研究院 设计院 研究中心 中心 合作社 "
    "经营部 商行 商店 门市部 店 医院 学校 学院 大学 事务所 工作室 酒店 宾馆 院 所 "
    "招待所 度假村 山庄 会所 敬老院 福利院 养老院 卫生院 门诊部 诊所 药房 农场 林场 牧场 养殖场 加工厂 电厂 水厂 电站 粮库 码头 超市 商场 幼儿园 中学 小学 银行 支行 联合社 合伙企业"
).split()
TRADES: Final = (
    "机械 精密 精工 重工 自动化 智能 设备 科技 技术 电子 电气 电器 电力 电机 电缆 线缆 电源 电池 五金 制品 塑胶 塑料 塑业 橡塑 橡胶 模具 模塑 注塑 汽车 汽配 汽车配件 零部件 部件 "
    "配件 轴承 传动 液压 气动 阀门 泵业 水泵 铜业 铝业 钢铁 钢构 钢结构 金属 门窗 幕墙 装饰 装潢 建材 家具 家居 木业 包装 印刷 印务 纸业 纸品 纺织 服饰 服装 针织 印染 食品 饮料 乳业 酒业 粮油 化工 石化 "
    "化学 涂料 医疗 医药 制药 药业 生物 器械 光学 光电 仪器 仪表 测控 航空 航天 航发 船舶 船用 锅炉 重型 装备 制造 加工 工业 实业 贸易 商贸 工程 建设 建筑 建工 置业 地产 房地产 物业 环保 环境 水务 新能源 能源 "
    "动力 材料 新材料 半导体 微电子 软件 信息 网络 数控 物流 仓储 集团 控股 投资 农机 农业 牧业 煤机 矿业 矿山 机床 附件 刀具 工具 紧固件 标准件 弹簧 齿轮箱 齿轮 减速机 锻造 重锻 铸造 铸业 压铸 冲压 钣金 "
    "陶瓷 陶机 玻璃 卫浴 洁具 厨具 灯具 照明 空调 制冷 暖通 电梯 起重 输送 焊接 激光 机器人 车业 客车 轨道 交通 通信 通讯 印机 玩具 文具 礼品 鞋业 皮革 箱包 珠宝 钟表 酒店 餐饮 旅游 文化 传媒 广告 "
    "教育 园林 景观 消防 安防 保温 防水 管业 管道 型材 钢管 不锈钢 工贸 机电 国际 进出口 供应链 检测 实验 船配 陶业 光伏 储能 锂电 电控 热处理 表面处理 洁净 净化 冷链 系统 家电 幕墙 艺术 石材 窗业 门业 "
    "调味品 日化 洗涤 茶业 果业 果蔬 肉类 水产 饲料 种业 农资 化肥 肥业 日用品 用品 自来水 供水 热力 供热 燃气 热电 发电 体育 眼镜 磨具 磨料 耐火材料 炭素 量具 衡器 涂装 电镀 铝箔 板材 粉体 粉末冶金 冶金 薄膜 无纺布 面料 "
    "毛纺 棉纺 丝绸 羽绒 家纺 地毯 护理 口腔 诊断 试剂 兽药 宠物 糖业 盐业 油脂 淀粉 烘焙 冷冻 速冻 餐具 厨卫 幼教 会展 租赁 维修 保洁 检验 认证 测绘 勘察 路桥 港务 航运 快递 汽贸 驾培"
).split()
_TRADE_SIGNS: Final = "锁纸矿木瓷石茶酒药林渔牧盐糖油粮铁钢铝铜锌管线带伞鞋帽衣床布绳钟笔灯漆胶墨竹塑铸棉麻丝染化瓦砖"
TRADE: Final = "|".join(sorted(TRADES, key=len, reverse=True)) + f"|[{_TRADE_SIGNS}]业"
FORM: Final = "|".join(sorted(FORMS, key=len, reverse=True))

_ONLY_IN_NAMES: Final = frozenset(
    (
        "元件 器材 整机 总成 服务 管理 咨询 养老 康养 度假 温泉 健康 健身 百货 便利 零售 电商 畜牧 养殖 渔业 种植 蔬菜 苗木 花卉 石油 油田 煤炭 煤业 焦化 炼化 水泥 混凝土 砂石 沥青 商砼 爆破 港口 "
        "机场 铁路 公路 客运 货运 运输 储运 搬运 装卸 物资 再生 回收 固废 污水 水处理 气体 制氧 氢能 风电 水电 核电 输变电 变压器 开关 继电器 连接器 线路板 电路板 封装 显示 触控 芯片 集成电路 "
        "通风 过滤 滤清 净水 自行车 电动车 摩托 轮胎 车轮 制动 座椅 内饰 底盘 车桥 专用车 改装 钢丝 链条 丝网 筛网 标牌 包材 纸箱 彩印 胶带 人造板 地板 床垫 办公 幕墙工程 劳务 人力资源 房屋 "
        "开发 经营 生态 乳品 面业 米业 豆制品 肉食 屠宰 禽业 蛋业 茶叶 咖啡 糕点 糖果 饼业 酿造 酱业 菌业 药材 中药 医学 康复 牙科 眼科 影像 假肢 精铸 精锻 精冲 铝材 铜材 钛业 镁业 硅业 "
        "磁材 磁业 电子材料 胶业 塑化 树脂 助剂 颜料 油墨 香料 香精 洗化 线业 绳业 拉链 纽扣 袜业 帽业 内衣 童装 制衣 时装"
    ).split()
)
"""Trades that are everyday words too: they take a registered name apart and never make an unheard one."""

_FORM_END: Final = re.compile(rf"(?:{FORM})$")
_TRADE_SET: Final = frozenset(TRADES) | {f"{sign}业" for sign in _TRADE_SIGNS} | _ONLY_IN_NAMES
_LONGEST_TRADE: Final = max(map(len, _TRADE_SET))
_BRACKETS: Final = re.compile(r"[(（][^)）]*[)）]")
_SHORT_FORMS: Final = {
    "厂": "厂",
    "总厂": "厂",
    "研究所": "所",
    "研究院": "院",
    "设计院": "院",
    "医院": "医院",
    "酒店": "酒店",
    "宾馆": "宾馆",
    "学校": "学校",
    "中心": "中心",
    "大学": "大学",
    "学院": "学院",
}

_INSTITUTIONS: Final = frozenset({"医院", "学校", "大学", "学院", "宾馆", "酒店"})
"""What a place has one of: 云岩医院 is 贵阳云岩区中心医院."""

ORDINARY: Final = frozenset(
    (
        "客户 公司 我们 你们 他们 今天 明天 后天 昨天 现在 时间 问题 情况 报价 订单 合同 项目 产品 设备 机器 工厂 车间 师傅 老板 经理 电话 微信 价格 付款 发货 到货 安装 维修 调试 培训 "
        "技术 方案 需求 预算 采购 销售 审批 同意 驳回 跟进 联系 拜访 提醒 商机 线索 公海 华东 华南 华北 华中 西南 西北 东北 中国 国际 北方 南方 东方 西部 中原 江南 全国 本地 新建 第一 第二 第三 一号 二号 "
        "现场 正常 完成 解决 处理 开始 结束 下午 上午 晚上 中午 一下 一个 两个 那个 这个 可以 不行 没有 已经 还是 但是 因为 所以 如果 就是 不是 什么 怎么 多少 好的 收到 谢谢 满意 服务 "
        "金额 尾款 定金 阶段 成交 机械 科技 精密 自动化 电子 五金 大家 朋友 专业 质量 优惠 便宜 登记 录入 新增 批量 合并 导入 导出 保养 查看 重要 着急 紧急 新的 老的 大概 左右 顺利 顺便 平安 安全 长期 永久 高端 标准 统一 通用 联合 合作"
    ).split()
)
"""Cores that are everyday words: such a company is known only by a longer form."""


QUALITIES: Final = frozenset(
    (
        "进口 国产 合资 德国 日本 美国 英国 法国 瑞士 瑞典 意大利 韩国 台湾 欧洲 普通 高档 中档 低档 高级 优质 加厚 加固 加强 钢化 中空 夹胶 夹层 镀膜 磨砂 真空 单独 独立 整体 全铝 全钢 实木 木箱 "
        "纸箱 出口 防爆 防火 防腐 防盗 防弹 隔音 隔热 断桥 彩色 黑色 白色 灰色 银色 原装 原厂 配套 自带 标配 选配 选装 品牌 名牌 同款 同样 一样 一般 正规 便宜 老款 新款 旧款 大型 小型 中型 "
        "重型 轻型 手动 电动 自动 半自动 全自动 双层 三层 单层 多层 双玻 三玻 特殊 专用 非标 简易 高温 低温 高速 低速 高压 低压 不锈钢 铝合金 碳钢 铸铁 热浸锌 全套 成套 整套 备用 常规 环保 节能 静音"
    ).split()
)
"""What a thing is like: 进口五金 is bought, not a company that buys."""


@dataclass(frozen=True, slots=True)
class NameParts:
    """A legal name taken apart; ``trades`` are its trade words in order."""

    places: tuple[str, ...]
    core: str
    trades: tuple[str, ...]
    form: str


def take_apart(legal: str) -> NameParts:
    """Return the parts of a legal name; what no table knows stays in the core."""
    name = (_BRACKETS.sub("", legal) if "(" in legal or "（" in legal else legal).strip()
    form = ""
    while (start := _FORM_ENDINGS.start(name)) >= 2:
        form, name = form or name[start:], name[:start]
    places: list[str] = []
    while len(places) < 3 and (end := place_end(name)) and len(name) - end >= 2:
        places.append(name[:end])
        name = name[end:]
    if places and (match := TOWN_PREFIX.match(name)) and len(name[: _trade_start(name)]) - match.end() >= 2:
        places.append(match[0])
        name = name[match.end() :]
    trades: list[str] = []
    while len(name) > (start := _trade_start(name)) >= 2:
        trades.insert(0, name[start:])
        name = name[:start]
    inside = _trade_inside(name)
    if inside:  # 海景|酒店管理: the words behind a trade are part of it, known or not
        trades.insert(0, name[inside:])
        name = name[:inside]
    says_what = _trade_start(name) == 0 or name in QUALITIES
    if len(places) > 1 and len(name) >= 2 and says_what:
        trades.insert(0, name)  # 宁波|奉化|气动|元件厂: the nearer place is what it is called by
        name = places.pop()
    elif places and (len(name) < 2 or says_what):
        name = places.pop() + name
    return NameParts(tuple(places), name, tuple(trades), form)


class _Endings:
    """Words that names end in, asked for by their last sign and from the longest down."""

    __slots__ = ("_sizes", "_words")

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._sizes = {
            last: tuple(sorted({len(word) for word in self._words if word[-1] == last}, reverse=True))
            for last in {word[-1] for word in self._words}
        }

    def start(self, name: str) -> int:
        """Return where the longest word that ends ``name`` begins, or -1."""
        for size in self._sizes.get(name[-1:], ()):
            if name[-size:] in self._words and size <= len(name):
                return len(name) - size
        return -1


_FORM_ENDINGS: Final = _Endings(FORMS)
_TRADE_ENDINGS: Final = _Endings(_TRADE_SET)


def _trade_start(name: str) -> int:
    """Return where the trade word that ends ``name`` begins, or the length of ``name``."""
    start = _TRADE_ENDINGS.start(name)
    return len(name) if start < 0 else start


def _trade_inside(name: str) -> int:
    """Return where the first trade word from the third sign on begins, or 0."""
    for start in range(2, len(name) - 1):
        for size in range(2, min(_LONGEST_TRADE, len(name) - start) + 1):
            if name[start : start + size] in _TRADE_SET:
                return start
    return 0


def short_forms(legal: str, parts: NameParts) -> Iterator[tuple[str, int]]:
    """Yield (form, rank) of a name and its parts: 0 the name itself, 1 plain short forms, 2 the bare core, 3 contractions, 4 two initials."""
    yield legal, 0
    without = _BRACKETS.sub("", legal)
    if without != legal:
        yield without, 1
    core, trade = parts.core, "".join(parts.trades)
    places = [_bare_place(place) for place in parts.places]
    whole = _FORM_END.sub("", _FORM_END.sub("", without))
    yield whole, 1
    leads = ["", *places, "".join(places)]
    for lead in dict.fromkeys(leads):
        yield lead + core + trade, 1
        for count in range(1, len(parts.trades)):
            yield lead + core + "".join(parts.trades[:count]), 1
            yield lead + core + "".join(parts.trades[-count:]), 1
        if lead:
            yield lead + core, 1
    if place_end(core) != len(core):  # a place alone is anybody's
        yield core, 2
    for bracket in _BRACKETS.findall(legal):
        yield core + bracket[1:-1], 3
        yield bracket[1:-1] + core, 3
    yield from _contracted(parts, places, core.removeprefix("第") or core, trade)


def contractions(parts: NameParts) -> Iterator[str]:
    """Yield those short forms that do not contain the core: 二齿, 宁波二齿, 二齿厂, 宁波齿轮箱, 云岩医院."""
    if parts.form in _INSTITUTIONS:
        yield from (_bare_place(place) + parts.form for place in (*parts.places, parts.core))
    trade = "".join(parts.trades)
    if not trade:
        return
    first = (parts.core.removeprefix("第") or parts.core)[0] + trade[0]
    yield first
    if parts.form in _SHORT_FORMS:
        yield first + _SHORT_FORMS[parts.form]
    for place in map(_bare_place, parts.places):
        yield place + first
        yield place + trade


def _contracted(parts: NameParts, places: list[str], core: str, trade: str) -> Iterator[tuple[str, int]]:
    form = _SHORT_FORMS.get(parts.form, "")
    initials = "".join(word[0] for word in parts.trades)
    tails = [trade[:2], initials if len(initials) > 1 else "", trade[:1] + trade[-1:] if len(trade) > 2 else ""]
    if trade:
        yield core[0] + trade[0], 4
    for tail in filter(None, tails):
        yield core + tail, 3
    if form:
        yield core + form, 3
        yield core + trade + form, 3
        for word in parts.trades:
            yield core + word + form, 3
        if trade:
            yield core[0] + trade[0] + form, 3
    for place in (*places, core) if form in _INSTITUTIONS else ():
        yield _bare_place(place) + form, 3
    for place in places:
        if form:
            yield place + core + form, 3
        if trade:
            yield place + trade, 3
            yield place + core[0] + trade[0], 3
            yield place + core + trade[0], 3
    if len(core) == 4:
        for half in (core[:2], core[2:]):
            if half in TRADES or half in QUALITIES:
                continue
            yield half, 3
            yield half + trade, 3
            if form:
                yield half + form, 3
            for place in places:
                yield place + half, 3
                yield place + half + trade, 3


_PLACE_END: Final = re.compile(r"(?<=..)(?:省|市|县|区|自治区|新区|开发区)$")


def _bare_place(place: str) -> str:
    return place if len(place) == 2 else _PLACE_END.sub("", place)
