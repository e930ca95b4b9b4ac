"""What makes two ways of writing the same: keys of company names and of telephone numbers (R-51, R-105)."""

from __future__ import annotations

import re
import unicodedata

from domain.errors import Invalid

_FORM = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|公司)$")
_LEGAL = re.compile(
    r".{2,}(?:公司|厂|店|合作社|事务所|研究院|研究所|学校|学院|大学|医院|中心|经营部|商行|工作室|集团|合伙企业|农场|站)"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{9,11}|[48]00\d{7}")
_EXTENSION = re.compile(r"(.+?)(?:-|转|分机|#)(\d{1,5})")
_MOBILE_DIGITS = 11
_LOOK_ALIKES = str.maketrans("аеорсухіѕјԁһкмтвоαονρτυχ", "aeopcyxisjdhkmtboaovptux")
"""Letters of other scripts that look like Latin ones (R-105): ``АВС`` typed in Cyrillic is the same company."""
_SPOKEN = str.maketrans("幺一二两三四五六七八九零〇洞拐勾oOlI", "11223456789000790011")
"""Digits as they are said on the telephone, and letters that are typed for them."""


def name_key(name: str) -> str:
    """Return the key of a company name: width, case, spaces, invisible signs and the legal form do not count."""
    plain = unicodedata.normalize("NFKC", name).casefold().translate(_LOOK_ALIKES)
    kept = plain if plain.isalnum() else "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")
    return _FORM.sub("", kept) or kept


def legal_name_in(name: str) -> str:
    """Return the name when it looks like a registered one (S-004), else nothing: the short form people say."""
    plain = name.strip()
    return plain if _LEGAL.fullmatch(plain) else ""


def phone_key(phone: str) -> str:
    """Return the digits of a number (an extension after a hyphen); Invalid says how many digits it has."""
    plain = re.sub(r"[\s.()]", "", unicodedata.normalize("NFKC", phone)).translate(_SPOKEN)
    plain = re.sub(r"^(?:\+|00)?86-?(?=[01])", "", plain)
    extended = _EXTENSION.fullmatch(plain)
    if extended and _LANDLINE.fullmatch(extended[1].replace("-", "")):
        return f"{extended[1].replace('-', '')}-{extended[2]}"
    plain = plain.replace("-", "")
    if _MOBILE.fullmatch(plain) or _LANDLINE.fullmatch(plain):
        return plain
    if plain.isascii() and plain.isdigit() and plain.startswith("1"):
        reason = f"有 {len(plain)} 位，手机号应为 {_MOBILE_DIGITS} 位"
        if len(plain) == _MOBILE_DIGITS:
            reason = "不是有效的手机号段"
        raise Invalid(f"号码 {phone} {reason}，请核对后重发，例如：电话改成13800138000。")
    raise Invalid(f"号码 {phone} 不像电话号码，请核对后重发，例如：电话改成13800138000。")
