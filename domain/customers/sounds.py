"""How a company's name sounds, sign by sign, without tones.

The program runs without pypinyin's phrases (``bot/__init__.py``), so what a sign is read as in the names of places
and companies, where that is not its first reading, stands here.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pypinyin import lazy_pinyin, load_phrases_dict

_READ = """
重庆 chong qing; 佛山 fo shan; 厦门 xia men; 大厦 da sha; 长沙 chang sha; 长春 chang chun; 长治 chang zhi
长兴 chang xing; 长江 chang jiang; 长城 chang cheng; 长安 chang an; 长虹 chang hong; 长丰 chang feng; 长乐 chang le
长葛 chang ge; 长盛 chang sheng; 长征 chang zheng; 长青 chang qing; 六安 lu an; 六合 lu he; 蚌埠 beng bu
乐清 yue qing; 番禺 pan yu
成都 cheng du; 都江堰 du jiang yan; 乐亭 lao ting; 单县 shan xian; 涡阳 guo yang; 枞阳 zong yang; 西藏 xi zang
十堰 shi yan; 黄陂 huang pi; 会稽 kuai ji; 会理 hui li; 牟平 mu ping; 洪洞 hong tong; 尉犁 yu li; 百色 bo se
银行 yin hang; 商行 shang hang; 车行 che hang; 五金行 wu jin hang; 行业 hang ye; 音乐 yin yue; 传感 chuan gan
调节 tiao jie; 调速 tiao su; 弹簧 tan huang; 重庆市 chong qing shi; 厦工 xia gong; 都市 du shi; 三重 san chong
"""


def _learn() -> re.Pattern[str]:
    entries = [entry.split() for entry in _READ.replace("\n", ";").split(";") if entry.strip()]
    load_phrases_dict({word: [[sound] for sound in sounds] for word, *sounds in entries})
    return re.compile("|".join(word for word, *_ in entries))


_PHRASE = _learn()


def syllables(name: str) -> list[str]:
    """Return the reading of each sign; letters and digits stand for themselves."""
    if _PHRASE.search(name):
        return lazy_pinyin(name, errors=_sign_by_sign)
    # Looking for words in each name costs ten times what its signs cost, and a long list is all names.
    return [sound for sign in name for sound in _sound(sign)]


@cache
def _sound(sign: str) -> list[str]:
    return lazy_pinyin(sign, errors=_sign_by_sign)


def _sign_by_sign(unsounded: str) -> Any:
    """Keep one entry for each sign that has no sound: letters and digits of a name."""
    return list(unsounded)
