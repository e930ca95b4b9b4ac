"""统一社会信用代码 (GB 32100-2015): 18 signs, the last of them computed from the others."""

from __future__ import annotations

import unicodedata

from domain.errors import Invalid

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 signs in the order of their values; I, O, S, V and Z are not among them (GB 32100, table 2)."""
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_LENGTH = 18
_MISREAD = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_BODY = slice(8, 17)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""Of the organisation's own code inside it, places 9 to 17 (GB 11714)."""


def credit_code(said: str) -> str:
    """Return the code in capitals without blanks; Invalid says which place is wrong, counted from 1."""
    code = "".join(unicodedata.normalize("NFKC", said).upper().split()).replace("-", "")
    if len(code) != _LENGTH:
        raise Invalid(f"信用代码应为 {_LENGTH} 位，{said[:40]} 有 {len(code)} 位，请核对后重发。")
    for place, sign in enumerate(code, 1):
        if sign not in _SIGNS:
            guess = f"，是不是 {_MISREAD[sign]}" if sign in _MISREAD else ""
            raise Invalid(f"信用代码第 {place} 位的“{sign}”不会出现在代码里{guess}？请核对后重发。")
        if 3 <= place <= 8 and not sign.isdigit():
            raise Invalid(f"信用代码第 {place} 位的“{sign}”不对，第 3 到 8 位是地区码，只能是数字，请核对后重发。")
    right = _SIGNS[-sum(_SIGNS.index(sign) * weight for sign, weight in zip(code, _WEIGHTS, strict=False)) % 31]
    if code[-1] != right:
        inside = "前 8 位里" if _body_fits(code[_BODY]) else "第 9 到 17 位里"
        raise Invalid(
            f"信用代码第 18 位校验不上：按前 17 位应为 {right}，写的是 {code[-1]}。"
            f"请核对第 18 位；第 18 位没抄错的话，错在{inside}。"
        )
    return code


def is_credit_code(code: str) -> bool:
    """Return whether this is one, as it is kept."""
    try:
        return credit_code(code) == code
    except Invalid:
        return False


def _body_fits(body: str) -> bool:
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, _BODY_WEIGHTS, strict=False))
    return body[-1] == "0123456789X"[-total % 11]
