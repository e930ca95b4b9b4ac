"""Companies and people in a sentence: known ones by any short form, new ones by the shape of the name."""

# ruff: noqa: E501, SIM905  (a pattern is read whole)
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from rapidfuzz import fuzz

from handlers.language.book import Entry
from handlers.language.company_names import FORM, ORDINARY, QUALITIES, TRADE, take_apart
from handlers.language.gazetteer import Gazetteer
from handlers.language.places import PLACE, place_end
from handlers.language.sounds import SYLLABLES
from handlers.language.spans import Span

_HAN: Final = r"\u4e00-\u9fff"
_STOP: Final = "的了是在去到跟和给与对叫把被从由让向往找见约访问看想要有没个们我你他她它这那哪谁该请帮问回发打来过说讲谈聊问报价做下上前后以及或还再又也都就才已很太最但因所如果么吗呢吧啊呀哦嗯里外边等号吃喝卖买用修换装催派查搜转归放领捞退"
_FORMAL: Final = re.compile(
    rf"(?P<core>[{_HAN}]{{2,16}}?(?:\([{_HAN}]{{2,4}}\))?)(?P<form>(?:股份|集团)?有限(?:责任)?公司|集团|研究[所院]|设计院)"
)
_PLACE: Final = re.compile(rf"(?:{PLACE})(?:市|区|县|省)?")
_TRADES: Final = re.compile(rf"(?:{TRADE})+")
_TRADE_END: Final = re.compile(rf"(?:{TRADE})$")
_FORM_END: Final = re.compile(rf"(?:{FORM})$")
_TRADE_AFTER: Final = re.compile(rf"(?:{TRADE})+(?:{FORM})?")
_NAMING_AFTER: Final = re.compile(
    rf"^(?:$|[\s,，。;；:：、!?？/→>)]|的|那|这|家|公司|厂|集团|要|想|又|问|说|定|下|回|打|付|款|签|到|对|和|跟|与|已|还|今|明|昨|后|上|本|王|李|张|赵|陈|刘|老|{TRADE}|[a-z0-9]|现|我|他|老|来|去|催|同|不|没|有|在|是|丢|赢|成|转|移|放|退|领|推|进|归|以后|账|订|合|设|机|采|总|报|商|x|两|一|三|四|五|六|七|八|九|十|阶|啥|什|情|怎|电|联|地|给|交|改|升|最|近|嫌|觉|希|确|验|车|预|月|年|周|下)"
)
_NAMING_BEFORE: Final = re.compile(
    r"(?:^|[\s,，。;；:：、!?？(/]|给|跟|和|与|去|趟|找|到|见|访|约|问|查|查查|看|看看|在|从|把|将|对|向|帮|联系|提醒|客户|公司|催|收|收到|是|叫|领|捞|放|转|派|往|陪|回|的|过|了|下|批|建|为|请|有|属于|服务|搜|一下|催催|今天|明天|昨天|上午|下午|刚|让|被|州|京|海|阳|安|波|都|汉|沙|东|山|门|南|津|连|岛|庆|港|江|机|个)$"
)
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
    "温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁房蒲滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝佴封洪练粟冼揭阙邸蔺屠匡郗逄谈鞠惠荆冀郁胥储栗燕楚鄢劳谌奚厉伊仝郜阚帅盖廉禹卿裘亓杭况宿逯茹昝檀尧邰"
)
_DOUBLE: Final = "欧阳|上官|司马|诸葛|端木|皇甫|东方|尉迟|令狐|夏侯|慕容|司徒"
_TITLE: Final = (
    "总经理|副总经理|总监|副总|总工|总裁|董事长|老板娘|老板|经理|主任|厂长|副厂长|部长|科长|处长|所长|院长|校长|站长|店长|班长|队长|组长|段长|车间主任|工程师|主管|会计|采购|助理|秘书|老师|师傅|先生|女士|小姐|大姐|大哥|教授|博士|"
    "董|总|工|哥|姐|叔|姨|局|处|队|科(?!技|研|学)|行长|书记|工长|设计师|设计|店主|医生|护士长|院"
)
_TITLED: Final = re.compile(
    rf"(?P<surname>{_DOUBLE}|[{_SURNAMES}])(?P<title>{_TITLE})(?!家|具|地|作|包|艺|业|厂(?!长)|程(?!师)|体|共|数|价|额|计|是说|结|部|裁(?!$)|会|人|量|期|序|件|位|资|时|段)"
)
_OLD: Final = re.compile(
    rf"(?<![{_HAN}]{{1}}年)(?P<who>(?!小时)[老小阿](?:[{_SURNAMES}])(?!病|板|家|友|师|厂|时|区|心|组|项|票|费|米|于|成|本|路(?:由|上)|车|龙虾|白|样|包|单|工|房|规|解|全|明|商|数|房|马达|关|农|谷|司|艺|连|向|文|安|康|方|景|阳|计|子|屋|旧))(?P<more>总|工|哥|姐|师傅|经理|板|老板)?"
)
_FULL: Final = re.compile(
    rf"(?:联系人|找|叫|姓名|对接人|负责人|接口人|名字|采购是|本人)(?:是|叫|为|:|：| )*(?P<who>(?:{_DOUBLE}|[{_SURNAMES}])[{_HAN}]{{1,2}}?)(?=[\s,，。;；:：、0-9]|$|电话|手机|的|先生|女士|他|她)"
)
_ONLY: Final = re.compile(rf"(?<!贵)姓(?P<who>{_DOUBLE}|[{_HAN}])(?:的(?!人都)|$|[\s,，。\d])")
_FULL_THEN_PHONE: Final = re.compile(
    rf"(?:^|[\s,，。;；:：、])(?P<who>(?:{_DOUBLE}|[{_SURNAMES}])[{_HAN}]{{1,2}})(?=[\s,，:：]*(?:电话|手机)?[:： ]*(?:1[3-9]\d{{9}}|0\d{{2,3}}-?\d{{7}}))"
)
_FULL_TITLED: Final = re.compile(
    rf"(?=(?P<all>(?P<who>[{_SURNAMES}][{_HAN}]{{1,2}})(?:总经理|经理|主任|厂长|部长|科长|处长|总监|主管|老师|师傅|先生|女士|小姐|工程师|老板)))"
)
_BEFORE_A_TITLE: Final = frozenset("安排 管理 任何 高级 单位 万能 常驻 资深 单独 明天 时间".split())
"""安排师傅 is a wish, not a person."""
_NOT_PEOPLE: Final = frozenset(
    [
        "开工",
        "完工",
        "施工",
        "手工",
        "加工",
        "员工",
        "职工",
        "高工",
        "包工",
        "动工",
        "竣工",
        "安工",
        "时工",
        "成总",
        "全总",
        "应总",
        "向总",
        "华总",
        "安总",
        "时总",
        "方总共",
        "司总",
        "白总共",
        "明总",
        "农总",
        "管工",
        "车工",
        "连工",
        "全工",
        "石工",
        "金工",
        "成工",
        "应工",
        "路工",
        "关总",
        "商总",
        "封工",
        "文科",
        "全科",
        "齐总共",
        "高总",
        "白班长",
        "单组长",
        "游客",
        "安处",
        "文处",
        "应处",
        "解总",
        "明处",
        "连科",
        "任总",
        "管理",
        "段长",
        "查工",
        "查总",
        "单工",
        "项目经理",
    ]
) - {"任总", "高工", "方总", "高总", "华总", "段长"}


def find_companies(text: str, gazetteer: Gazetteer, exact: Sequence[tuple[int, int, Entry]]) -> Iterator[Span]:
    """Yield customers and companies nobody has recorded yet.

    ``exact`` are the gazetteer's own words of kind company found in the text. A core followed by a trade its
    legal name does not have, or behind another city, is another company.
    """
    known = [
        (start, end, entry)
        for start, end, entry in exact
        if not entry.needs or _is_name_here(text, start, end, both=entry.needs == "both")
    ]
    spans = [_known(text, start, end, entry, gazetteer) for start, end, entry in known]
    yield from spans
    taken = [(span.start, span.end) for span in spans]
    unseen = [
        span for span in _unseen(text) if not any(start <= span.start and span.end <= end for start, end in taken)
    ]
    for span in unseen:
        inside = [each for each in spans if span.start <= each.start and each.end <= span.end]
        owner = _same_company(span, inside, gazetteer)
        if owner:
            yield _with(span, owner.value, owner.weight + span.length, "company.extended", fuzzy=owner.fuzzy)
            continue
        alike = None if inside else _alike(str(span.value), gazetteer)
        if alike:
            yield _with(span, alike, span.weight + 2, "company.alike", note="名称相近", fuzzy=True)
        else:
            yield span
    if not spans:
        yield from _by_sound(text, gazetteer)
        yield from _by_pinyin(text, gazetteer)


def find_contacts(text: str) -> Iterator[Span]:
    """Yield people outside the company: surname with title, 老王, 姓王的, 联系人张三."""
    for match in _TITLED.finditer(text):
        said, surname = match[0], match["surname"]
        start = match.start()
        if said in _NOT_PEOPLE or (surname == "方" and text[max(0, start - 1) : start] in set("对甲乙我双各")):
            continue
        yield _person(start, match.end(), said, "contact.title", 7.0 if len(surname + match["title"]) > 1 else 5.0)
    for match in _FULL_TITLED.finditer(text):
        if _is_given(match["who"][1:]) and match["who"] not in _BEFORE_A_TITLE and not _TRADE_END.search(match["who"]):
            yield _person(match.start(), match.end("all"), match["all"], "contact.full_title", 4.0)
    for match in _OLD.finditer(text):
        yield _person(match.start(), match.end(), match[0], "contact.old", 6.0)
    for match in _ONLY.finditer(text):
        yield _person(match.start("who"), match.end("who"), match["who"], "contact.surname", 6.0)
    for pattern in (_FULL, _FULL_THEN_PHONE):
        for match in pattern.finditer(text):
            who = match["who"]
            if _is_given(who[1:]):
                yield _person(match.start("who"), match.end("who"), who, "contact.full", 7.0)


def _is_given(given: str) -> bool:
    return not set(given) & set("的了是在去到跟和给对把让向个说想要有没我你他这那不就也都还下上来过这")


def _person(start: int, end: int, value: str, rule: str, weight: float) -> Span:
    return Span(kind="contact", start=start, end=end, value=value, weight=weight + 1.5 * (end - start), rule=rule)


def _is_name_here(text: str, start: int, end: int, *, both: bool = False) -> bool:
    """Tell a name from a word: two signs may stand inside other words, so names must be expected around them."""
    after = bool(_NAMING_AFTER.match(text[end : end + 3]))
    before = start == 0 or bool(_NAMING_BEFORE.search(text[max(0, start - 2) : start]))
    return (before and after) if both else (before or after)


def _known(text: str, start: int, end: int, entry: Entry, gazetteer: Gazetteer) -> Span:
    """Take what clearly belongs to the name (trade, 公司, 集团) into the span."""
    own = gazetteer.directory.parts_of(entry.value)
    match = _TRADE_AFTER.match(text, end)
    if own and match and set(match[0]) & set("".join(own.trades)) and not entry.candidates:
        end = match.end()
    match = _AND_COMPANY.match(text, end)
    if match:
        end = match.end()
    return Span(
        kind="company", start=start, end=end, value=entry.value, weight=entry.weight + 3.0 * (end - start), rule=entry.rule,
        fuzzy=entry.fuzzy, candidates=entry.candidates, note="有重名，请选" if entry.candidates else "",
    )  # fmt: skip


def _unseen(text: str) -> Iterator[Span]:
    """Names by shape: place + core + trade (+ form), or anything before 有限公司."""
    for match in _FORMAL.finditer(text):
        start = _left_border(text, match.start(), match.end("core"))
        if met := _MET_WITH.search(text[max(0, start - 10) : start]):
            start -= len(met["more"])
        # 机械有限公司 alone names nobody: what is left without place, trade and form must be a name.
        if match.end() - start > 5 and len(take_apart(text[start : match.end()]).core) >= 2:
            yield _new(text, start, match.end(), 2.0)
    for match in chain(_PLACED.finditer(text), _PLACED_WANTS.finditer(text)):
        core = match["core"]
        if _looks_like_core(core, True) and not set(core) & _NOT_IN_CORE and not _names_nobody(core):
            yield _new(text, match.start(), match.end("core"), 1.0)
    for match in _CALLED.finditer(text) if _NO_ANSWER.search(text) else ():
        if _looks_like_core(match["core"], False) and match["core"] not in _NOBODY:
            yield _new(text, match.start("core"), match.end("core"), 1.0)
    for trade in _TRADE_AFTER.finditer(text):
        end = trade.end()
        left = text[max(0, trade.start() - 6) : trade.start()]
        start = _left_border(text, trade.start() - len(left), trade.start())
        core = text[start : trade.start()]
        place = _PLACE.match(core)
        bare = core[place.end() :] if place else core
        if not place and len(core) > 4:
            continue
        formal = bool(_FORM_END.search(text[start:end]))
        if not 2 <= len(bare) <= 4 or re.search(r"[\da-zA-Z\W]", bare) or not _looks_like_core(bare, bool(place)):
            continue
        if place or formal or (_EDGE_BEFORE.search(text[:start][-3:]) and _EDGE_AFTER.match(text[end : end + 3])):
            yield _new(text, start, end, 1.0 if place else 0.0)


_MET_WITH: Final = re.compile(
    rf"(?:遇到|碰到|碰见|认识|结识|拜访|走访|见到|联系上|来自|名字叫|公司叫|公司是)了?(?P<more>[{_HAN}]{{2,6}})$"
)
"""认识漳浦同发冷冻食品有限公司的人: a sign that often ends a verb (发, 同) may stand inside a name."""
_BEGINS: Final = r"(?:^|(?<=[\s,，。;；:：、])|(?<=今天)|(?<=昨天)|(?<=上午)|(?<=下午)|(?<=刚才)|(?<=早上)|(?<=[了把]))"
_PLACED: Final = re.compile(
    rf"{_BEGINS}(?P<place>(?:{PLACE})市?)(?P<core>[{_HAN}]{{2,4}}?)[ ]?(?=的(?:[{_SURNAMES}](?:{_TITLE})|老[{_SURNAMES}])|[{_SURNAMES}](?:{_TITLE})(?:(?![{_HAN}])|(?=[要想说问来让催])))"
)
"""苏州科锐 陈工: a place, a core and one of its people."""
_PLACED_WANTS: Final = re.compile(
    rf"{_BEGINS}(?P<place>(?:{PLACE})市?)(?P<core>[{_HAN}]{{2,4}}?)[ ]?"
    r"(?=(?:今天|刚才?|又|也|还)?(?:(?:想|需|打算|准备|计划)要|要(?!是|不|么)|想(?:买|订|采购|换|看|上|添|了解)|需要|打算|准备|询|咨询|来电|来问|问(?!题)|订(?:了|购)?\d?))"
)
"""苏州锐科想要两台: a place, a core and a wish."""
_ANYBODY: Final = re.compile(
    rf"[区库周月年天日号点期店站所]$|(?:{_DOUBLE}|[{_SURNAMES}])(?:{_TITLE})|[老小阿].$|项目|时间|客户|朋友|老板|同行|同事|代理|经销|分公司|办事处|厂[家里]|工厂|公司|人|边|方面|那里|本地|市场|展会?|地区|一[个家位]"
)
"""Who is meant by a place and one of these is not said yet: 苏州代理想要两台."""
_CALLED: Final = re.compile(
    rf"(?:^|(?<=[\s,，。;；:：、]))(?:给|跟|找|联系|打给)?(?P<core>[{_HAN}]{{2,3}}?)(?:那边|那里|家)?(?:的)?(?:打?电话|手机)?(?:一直|老是?|都|又|还是?)?"
    r"(?=没(?:人)?(?:打通|接通|接电话|接|通)(?:$|[\s,，。;；了电])|打不通|不接(?:电话|$|[\s,，。])|无人接听|没联系上|联系不上|电话关机|关机了?(?:$|[\s,，。])|占线)"
)
"""华鑫没打通: who is called so shortly is a customer, known or not."""
_NO_ANSWER: Final = re.compile("没[人打接通联]|[不无][接通人]|系不上|关机|占线")
_NOBODY: Final = frozenset(
    "电话 手机 微信 客户 对方 老板 座机 视频 语音 号码 采购 财务 师傅 司机 门卫 刚才 刚刚 今天 上午 下午 昨天 中午 晚上 早上 一直 老是 还是 又是 打了 再打 两次 三次 几次 三遍 两遍 好几 总机 前台 那边 这边 人家 他们 线路".split()
)
_AND_COMPANY: Final = re.compile(r"(?:这家)?(?:公司|集团|厂里|厂子|厂(?!长|家))")


def _names_nobody(core: str) -> bool:
    """Whether a place and ``core`` are anybody there: 苏州代理, 杭州萧山."""
    return bool(_ANYBODY.search(core)) or place_end(core) == len(core)


_EDGE_BEFORE: Final = re.compile(
    r"(?:^|[\s,，。;；:：、(]|给|跟|和|去|找|见了?|访了?|叫|是|的|下|家|到|联系|查|把|了)$"
)
_EDGE_AFTER: Final = re.compile(
    rf"(?:$|[\s,，。;；:：、)]|的|那|要|想|[{_SURNAMES}][总工经主厂部科处老先女小]|下|说|转|放|退|进|到|回|打|付)"
)
_NOT_IN_CORE: Final = frozenset(
    "家窗门户机床台线客车间电轴刀油水气这那哪您的了在不没有两个么什新老旧我你他多少几买卖换修装送货款价做用能可是"
)


def _looks_like_core(core: str, placed: bool) -> bool:
    if _TRADES.fullmatch(core) or any(
        core[at : at + size] in ORDINARY for size in (2, 3) for at in range(len(core) - size + 1)
    ):
        return False
    if placed:
        return not set(core) & set("的了去在到近离那这个是有来和跟几家一做搞卖产")
    return (
        len(core) <= 3
        and core not in QUALITIES
        and not set(core) & _NOT_IN_CORE
        and not re.match(r"[刚已才就都又再还去到别]", core)
        and not re.match(r"[一二两三四五六七八九十几每]", core)
    )


def _left_border(text: str, low: int, high: int) -> int:
    place = None
    for match in _PLACE.finditer(text[low:high]):
        place = match if place is None else place
    if place:
        return low + place.start()
    position = high
    while position > low and "\u4e00" <= text[position - 1] <= "\u9fff" and text[position - 1] not in _STOP:
        position -= 1
    return position


def _new(text: str, start: int, end: int, extra: float) -> Span:
    said = text[start:end]
    return Span(
        kind="company",
        start=start,
        end=end,
        value=said,
        weight=4.0 + extra + 1.5 * (end - start),
        rule="company.new",
        note="新客户",
        fuzzy=True,
    )


def _same_company(span: Span, inside: Sequence[Span], gazetteer: Gazetteer) -> Span | None:
    """Return the customer inside ``span`` when the rest of the span is in that customer's legal name."""
    for each in inside:
        own = gazetteer.directory.parts_of(str(each.value))
        if own is None:
            continue
        said = str(span.value)
        parts = take_apart(said)
        rest = "".join(parts.trades)
        place_fits = all(place.rstrip("市区县省") in str(each.value) for place in parts.places)
        if place_fits and (not rest or set(rest) & set("".join(own.trades))):
            return each
    return None


def _alike(said: str, gazetteer: Gazetteer) -> str | None:
    if len(said) < 4:
        return None
    ranked: dict[str, float] = {}
    for form, name in gazetteer.directory.alike(said.lower()):
        score = fuzz.ratio(said, form)
        if abs(len(form) - len(said)) <= 1 and score >= 74 and take_apart(said).places == take_apart(form).places:
            ranked[name] = max(score, ranked.get(name, 0))
    best = sorted(ranked, key=lambda name: -ranked[name])
    if not best or (len(best) > 1 and ranked[best[0]] == ranked[best[1]]):
        return None
    return best[0] if _core_close(said, best[0]) else None


def _core_close(said: str, name: str) -> bool:
    """Compare cores: a different one (恒力 / 恒达) is a different company unless one sign of three or more changed."""
    core = take_apart(said).core
    real = take_apart(name).core
    if core == real:
        return True
    changed = sum(a != b for a, b in zip(core, real, strict=False))
    return len(core) == len(real) >= 3 and changed == 1


def _by_sound(text: str, gazetteer: Gazetteer) -> Iterator[Span]:
    for start, end, name, form in gazetteer.directory.sounds_in(text):
        said = text[start:end]
        if said == form or re.search(r"[\d\W]", said):
            continue
        if len(form) == 2 and not (
            _is_name_here(text, start, end)
            and said not in ORDINARY
            and _exactly_alike(said, form)
            and _clear_context(text, start, end)
        ):
            continue
        yield Span(
            kind="company", start=start, end=end, value=name, weight=3.0 + 1.8 * (end - start), rule="company.sound",
            note=f"“{said}”读音同“{form}”", fuzzy=True,
        )  # fmt: skip


def _exactly_alike(said: str, form: str) -> bool:
    return all(SYLLABLES.get(a) == SYLLABLES.get(b) for a, b in zip(said, form, strict=True))


_CLEAR_BEFORE: Final = re.compile(
    r"(?:^|[\s,，。;；:：]|给|跟|去|找|见了?|拜访了?|约了?|联系|查一?下?|提醒我?联系|把|领取?客户|从|到)$"
)
_CLEAR_AFTER: Final = re.compile(
    rf"(?:那边|那台|那两台|那单|这边|这单|的|家|公司|厂|又|打款|回款|要|想|下单|回了|付了|打了|转|放|[\s,，]|$|{TRADE})"
)


def _clear_context(text: str, start: int, end: int) -> bool:
    return bool(_CLEAR_BEFORE.search(text[max(0, start - 6) : start]) and _CLEAR_AFTER.match(text[end : end + 4]))


_LATIN: Final = re.compile(r"(?<![A-Za-z])[A-Za-z]{5,24}(?![A-Za-z])")


def _by_pinyin(text: str, gazetteer: Gazetteer) -> Iterator[Span]:
    for match in _LATIN.finditer(text):
        name = gazetteer.directory.by_pinyin(match[0].lower())
        if name:
            yield Span(
                kind="company", start=match.start(), end=match.end(), value=name, weight=8.0 + match.end() - match.start(),
                rule="company.pinyin", note="按拼音", fuzzy=True,
            )  # fmt: skip


def _with(span: Span, value: str, weight: float, rule: str, *, note: str = "", fuzzy: bool = False) -> Span:
    return Span(
        kind=span.kind, start=span.start, end=span.end, value=value, weight=weight, rule=rule, note=note, fuzzy=fuzzy
    )
