"""Conditions read from Chinese: what ``condition_words`` prints, and what people type.

    金额超过50万且毛利低于15个点        区域是华东或华南，级别=A        最近7天内创建 is 创建时间在最近7天内

且 binds closer than 或; parentheses say otherwise. Chinese numerals are put into digits before
(``handlers/language``); a word that is not understood is refused with where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.condition import ALWAYS, Condition, ConditionError, Fact, Group, Measure, Test, group
from domain.condition_words import ALWAYS_SAID, NONE_OF
from domain.condition_yaml import DATED, DAYS_MAX, ORDERED, WORD_MAX, check_test, read_value

TEXT_MAX = 2000
DEPTH_MAX = 16

_AND = re.compile(r"并且|而且|同时|且|[，,]")
_OR = re.compile(r"或者|或是|或")
_NUMBER_OPS = tuple(
    (op, re.compile(words))
    for op, words in (
        ("at_least", "不少于|不低于|不小于|大于等于|至少|>=|≥|满"),
        ("at_most", "不超过|不高于|不大于|不多于|小于等于|至多|最多|<=|≤"),
        ("over", "超过|高于|大于|多于|>|＞"),
        ("under", "低于|小于|少于|不足|不到|<|＜"),
        ("not_in", "不属于"),
        ("in", "属于"),
        ("is_not", "不是|不等于|!=|≠"),
        ("is", "是|为(?!空)|等于|=|＝|:|："),
    )
)
_DAY_OPS = (
    ("at_least", re.compile("不早于")),
    ("at_most", re.compile("不晚于")),
    ("over", re.compile("晚于")),
    ("under", re.compile("早于")),
    *_NUMBER_OPS,
)
_WORD_OPS = tuple(
    (op, re.compile(words))
    for op, words in (
        ("not_in", "不属于"),
        ("in", "属于"),
        ("is_not", "不是|不等于|!=|≠"),
        ("contains", "包含|含有?|带"),
        ("is", "是|为(?!空)|等于|=|＝|:|："),
    )
)
_PRESENT = re.compile(r"(?P<set>不为空|已填|填了|有值)|(?:为空|未填|没有?填|空着)")
_RELATIVE = re.compile(
    r"(?:在|是)?(?:(?:最近|近|过去)(?P<within>\d{1,4})天(?:以?内)?|(?:未来|今后)(?P<coming>\d{1,4})天(?:以?内)?"
    r"|(?P<older>\d{1,4})天(?:以前|之前|前)|超过(?P<over>\d{1,4})天)"
)
_DAY = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}[日号]"
_VALUES: Mapping[Measure, str] = {
    Measure.MONEY: r"¥?[0-9][0-9,]*(?:\.[0-9]+)?(?:万|亿|[wWkK千])?元?块?",
    Measure.PERCENT: r"[0-9]+(?:\.[0-9]+)?(?:%|％|个点|点|折)",
    Measure.NUMBER: r"-?[0-9]+(?:\.[0-9]+)?",
    Measure.DAY: _DAY,
    Measure.MOMENT: _DAY,
    Measure.YES_NO: "是|否|没有|有|true|false",
}
_TO = re.compile("到|至|~|～")
_BORDER = re.compile(r"(?P<least>及?以上|起)|(?P<most>及?以下|以内|之内)")
_QUOTED = re.compile(r"[“\"](?P<text>(?:””|[^”\"])*)[”\"](?!”)")
_QUOTED_EXACT = re.compile(r"“(?P<text>(?:””|[^”])*)”(?!”)")
_BARE = re.compile(r"(?:(?!并且|而且|同时|且|或|的|开头|之一)[^\s，,、；;（）()“”\"=]){1,30}")
_MORE = re.compile(r"、|或者|或是|或|和|/")


def read(text: str, known: Mapping[str, Fact]) -> Condition:
    """Return the condition said in ``text`` about ``known`` facts; ConditionError says where it is not understood."""
    if len(text) > TEXT_MAX:
        raise ConditionError(f"条件太长，最多 {TEXT_MAX} 个字")
    reading = _Reading(text, known)
    condition = reading.alternatives()
    reading.skip()
    if reading.place < len(text):
        raise reading.lost()
    return condition


class _Reading:
    """A walk along one sentence; ``place`` is what comes next."""

    def __init__(self, text: str, known: Mapping[str, Fact]) -> None:
        self.text = text
        self.place = 0
        self._known = known
        self._depth = 0
        called = [(word, name) for name, fact in known.items() for word in (fact.label, name, *fact.synonyms)]
        self._labels = sorted(called, key=lambda pair: -len(pair[0]))

    def alternatives(self) -> Condition:
        """Read parts joined by 或."""
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise ConditionError(f"条件的括号太深，最多 {DEPTH_MAX} 层")
        parts = [self._together()]
        while self._take(_OR):
            parts.append(self._together())
        self._depth -= 1
        return group("any", tuple(parts))

    def skip(self) -> None:
        """Pass over blanks."""
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1

    def lost(self) -> ConditionError:
        """Return the error about what comes next."""
        rest = self.text[self.place : self.place + 12] or "（句子到这里就完了）"
        labels = "、".join(fact.label for fact in self._known.values())
        return ConditionError(f"没看懂条件里的“{rest}”，可用的字段有：{labels}")

    def _together(self) -> Condition:
        parts = [self._part()]
        while self._take(_AND):
            parts.append(self._part())
        return group("all", tuple(parts))

    def _part(self) -> Condition:
        self.skip()
        if self._say(ALWAYS_SAID):
            return ALWAYS
        if self._say(NONE_OF[0]):
            parts = [self.alternatives()]
            while self._say("；"):
                parts.append(self.alternatives())
            if not self._say(NONE_OF[1]):
                raise self.lost()
            return Group("none", tuple(parts))
        if self._say("（") or self._say("("):
            inside = self.alternatives()
            if not (self._say("）") or self._say(")")):
                raise self.lost()
            return inside
        return self._test()

    def _test(self) -> Test:
        name = self._label()
        fact = self._known[name]
        self.skip()
        if found := self._take(_PRESENT):
            return Test(name, fact, "is_set" if found["set"] else "is_empty")
        if fact.measure in DATED and (found := self._take(_RELATIVE)):
            return self._relative(name, fact, found)
        if fact.measure in ORDERED and (between := self._between(name, fact)):
            return between
        if fact.measure is Measure.WORD and (starts := self._starts_with(name, fact)):
            return starts
        return check_test(self._compared(name, fact))

    def _label(self) -> str:
        for word, name in self._labels:
            if self._say(word):
                return name
        raise self.lost()

    def _relative(self, name: str, fact: Fact, found: re.Match[str]) -> Test:
        for op in ("within", "coming"):
            if found[op]:
                return Test(name, fact, op, min(int(found[op]), DAYS_MAX))
        return Test(name, fact, "older_than", min(int(found["older"] or found["over"]), DAYS_MAX))

    def _between(self, name: str, fact: Fact) -> Test | None:
        start = self.place
        self._say("在")
        low = self._measured(name, fact)
        if low is not None and self._take(_TO):
            high = self._measured(name, fact)
            if high is not None:
                self._say("之间")
                return check_test(Test(name, fact, "between", (low, high)))
        self.place = start
        return None

    def _starts_with(self, name: str, fact: Fact) -> Test | None:
        start = self.place
        if self._say("以"):
            word = self._word(name, fact)
            if self._say("开头") or self._say("打头"):
                return Test(name, fact, "starts_with", word)
        self.place = start
        return None

    def _compared(self, name: str, fact: Fact) -> Test:
        ordered = _DAY_OPS if fact.measure in DATED else _NUMBER_OPS
        op = next((op for op, words in (ordered if fact.measure in ORDERED else _WORD_OPS) if self._take(words)), "")
        if not op and any(words.match(self.text, self.place) for _, words in _NUMBER_OPS):
            raise self.lost()  # 标签超过3: words have no order
        values = [self._one(name, fact)]
        if fact.measure in ORDERED - DATED and (border := self._take(_BORDER)) and op in ("", "is"):
            op = "at_least" if border["least"] else "at_most"
        listed = op in ("in", "not_in")
        if listed or (op in ("", "is") and fact.measure in (Measure.WORD, Measure.WORDS)):
            while (more := self._another(name, fact)) is not None:
                values.append(more)
        if listed or len(values) > 1:
            self._say("之一")
            return Test(name, fact, op if listed else "in", tuple(values))
        if fact.measure is Measure.WORDS and op in ("", "is"):
            op = "contains"
        return Test(name, fact, op or "is", values[0])

    def _another(self, name: str, fact: Fact) -> Any:
        """Return the next value of a list (华东、华南；华东或华南), None when what follows is another part."""
        start = self.place
        joined = self._take(_MORE)
        if joined is not None and (joined[0] == "、" or not self._begins_part()):
            return self._one(name, fact)
        self.place = start
        return None

    def _begins_part(self) -> bool:
        self.skip()
        rest = self.text[self.place :]
        return rest.startswith(("（", "(", NONE_OF[0], ALWAYS_SAID, *(word for word, _ in self._labels)))

    def _one(self, name: str, fact: Fact) -> Any:
        if fact.measure in (Measure.WORD, Measure.WORDS):
            return self._word(name, fact)
        value = self._measured(name, fact)
        if value is None:
            raise self.lost()
        return value

    def _measured(self, name: str, fact: Fact) -> Any:
        """Return the value in the fact's measure that comes next, None when there is none."""
        match = self._take(re.compile(_VALUES[fact.measure]))
        if match is None:
            return None
        if fact.unit:
            self._say(fact.unit)
        return read_value(name, _tidy(match[0], fact), fact)

    def _word(self, name: str, fact: Fact) -> str:
        self.skip()
        match = _QUOTED_EXACT.match(self.text, self.place) or _QUOTED.match(self.text, self.place)
        if match is not None:
            self.place = match.end()
            return str(read_value(name, match["text"].replace("””", "”"), fact))
        called = [(word, option.name) for option in fact.options for word in (option.name, *option.synonyms)]
        for word, option in sorted(called, key=lambda pair: -len(pair[0])):
            if self._say(word):
                return option
        match = _BARE.match(self.text, self.place)
        if match is None or len(match[0]) > WORD_MAX:
            raise self.lost()
        self.place = match.end()
        return str(read_value(name, match[0], fact))

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self.skip()
        match = pattern.match(self.text, self.place)
        if match is not None and match.end() > match.start():
            self.place = match.end()
            return match
        return None

    def _say(self, word: str) -> bool:
        self.skip()
        if not self.text.startswith(word, self.place):
            return False
        self.place += len(word)
        return True


def _tidy(said: str, fact: Fact) -> str:
    """Return a value as people type it in the strict form: 50w is 50万, 15个点 is 15%, 九五折 (95折) is 95%."""
    match fact.measure:
        case Measure.MONEY:
            return _thousands(re.sub("[wW]", "万", said).removesuffix("块"))
        case Measure.PERCENT:
            number = re.match(r"[0-9.]+", said)
            if number is not None and said.endswith("折"):
                digits = number[0]
                return f"{digits}%" if "." not in digits and len(digits) > 1 else f"{_tenfold(digits)}%"
            return re.sub("％|个点|点", "%", said)
        case Measure.DAY | Measure.MOMENT:
            return _iso(said)
        case Measure.YES_NO:
            return "true" if said in ("是", "有", "true") else "false"
    return said


def _thousands(said: str) -> str:
    match = re.fullmatch(r"¥?([0-9,]+(?:\.[0-9]+)?)[kK千]元?", said)
    return said if match is None else f"{float(match[1].replace(',', '')) * 1000:.2f}"


def _tenfold(digits: str) -> str:
    return f"{float(digits) * 10:g}"


def _iso(said: str) -> str:
    numbers = re.findall(r"[0-9]+", said)
    try:
        return date(*(int(each) for each in numbers)).isoformat()
    except (TypeError, ValueError):
        return said
