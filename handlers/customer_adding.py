"""``加个客户 昆山锐科自动化 联系人刘工 13700001111 做汽车零部件的``: a customer that nobody asked anything of yet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.customers.adding import AddCustomer, Added
from handlers.context import Ask, IntentHandler, Missing, Understood
from handlers.naming import CARD, look_at

_ADDS = re.compile(
    r"(?:帮我|请|麻烦|我要|我想|先)?"
    r"(?:(?:新建|新增|新加|添加|增加|录入|登记|建立|建|加|录)(?:一?[个家位]|一?下|了)?(?:新的?)?客户(?:档案|资料|信息)?"
    r"|建(?:一?个|一?下)?(?:新?客户)?档案?|(?:新)?客户建档)"
    r"(?:[\s:：,，、]+|叫做?|名叫|是(?=\S{3}))(?P<rest>\S.*)"
)
_NOT_A_NAME = re.compile("群|的?标签|联系人|字段|级别|等级|来源|需求|询价|询单|报修|投诉|反馈|跟进|拜访|表|数据|列表")
"""What else is added to customers."""
_NAME = re.compile(r"[\u4e00-\u9fa5A-Za-z]{2}")
_PIECES = re.compile(r"[\s,，;；、。]+")
_END = r"(?=$|[\s,，;；。、\d:：])"
_TITLES = "总|工|经理|主任|老师|老板|先生|女士|小姐|科长|部长|厂长|主管"
_PHONE = re.compile(r"(?:电话|手机|联系电话|号码)?[\s:：是]*(?P<phone>\+?[\d幺洞][\d幺洞\s-]{5,18}[\d幺洞])")
_CONTACT = re.compile(
    r"(?:联系人|对接人|负责人|接口人)(?:是|叫)?[\s:：]*(?P<named>(?!姓)[^\s\d,，;；。、]{1,10})"
    r"|(?P<boss>老板)?(?:老总|负责人|采购|厂长|经理|联系人)?姓(?P<family>[\u4e00-\u9fa5])"
    rf"|(?:^|[\s,，;；。、])(?P<called>(?!联系人|对接人|负责人|接口人)[\u4e00-\u9fa5]{{1,4}}(?:{_TITLES})){_END}"
)
_MAKES = re.compile(rf"(?:他们|主要|专门|是)?(?:做|搞|生产)(?P<industry>[^\s,，;；。、]{{2,20}}?)(?:的|{_END})")


_MORE = re.compile(
    "想要|要[^点求]|报价|询价|预算|投诉|报修|坏了|拜访|聊|提醒|跟进|[0-9一二两三四五六七八九十][台套樘件扇]"
)
"""What makes it an inquiry, a visit or a fault, whose customer is added anyway."""


def read(text: str) -> Understood | None:
    """Return whom a sentence adds; None for any other sentence."""
    plain = text.strip().rstrip("。.!！")
    match = _ADDS.fullmatch(plain)
    if match is None or _NOT_A_NAME.match(match["rest"]):
        return None
    written = _PIECES.split(match["rest"], maxsplit=1)[0]
    company = written.strip("“”\"'：:")
    about = match["rest"][len(written) :]
    if not _NAME.search(company) or "的" in company or _MORE.search(about):
        return None
    return Understood(intent="add_customer", slots={"company": company, **_about(about)})


def add_customer(ask: Ask, understood: Understood) -> None:
    """Add it at once; ``撤销`` takes it back."""
    slots = understood.slots
    company = str(slots.get("company") or "")
    if not company:
        raise Missing("company", "客户叫什么名字？")
    added: Added = ask.act(
        AddCustomer(
            company=company,
            contact=str(slots.get("contact") or ""),
            phone=str(slots.get("phone") or ""),
            industry=str(slots.get("industry") or ""),
        )
    )
    ask.show(CARD, f"customer:{added.customer_id}")
    look_at(ask, added.customer_id)
    rest = f"没看懂、没有记下：“{slots['rest']}”" if slots.get("rest") else ""
    ask.say("\n".join(filter(None, (_said(company, added), rest, *added.notes))))


def _said(company: str, added: Added) -> str:
    if added.new:
        return f"已建客户：{company}，归您负责。弄错了发“撤销”。"
    return f"{company} 本来就是您的客户{'，联系人已补上' if added.new_contact else ''}。"


def _about(words: str) -> dict[str, str]:
    """Return the slots in what is said of the company, and what is left of it as ``rest``."""
    slots: dict[str, str] = {}
    for pattern, take in ((_PHONE, _phone), (_MAKES, _industry), (_CONTACT, _contact)):
        found = pattern.search(words)
        if found is not None:
            slots |= take(found)
            words = f"{words[: found.start()]} {words[found.end() :]}"
    rest = "，".join(filter(None, _PIECES.split(words)))
    return {**slots, "rest": rest} if len(rest) > 1 else slots


def _phone(found: re.Match[str]) -> dict[str, str]:
    return {"phone": found["phone"].strip()}


def _industry(found: re.Match[str]) -> dict[str, str]:
    return {"industry": found["industry"]}


def _contact(found: re.Match[str]) -> dict[str, str]:
    family = found["family"]
    title = "老板" if found["boss"] else "先生"
    return {"contact": f"{family}{title}" if family else found["named"] or found["called"]}


INTENTS: Mapping[str, IntentHandler] = {"add_customer": add_customer}
