"""Examples by role: what a person can type, said when he asks or was not understood (S-240)."""

from __future__ import annotations

from domain.actor import Actor, Role
from handlers.context import Ask, Understood
from handlers.unready import UNREADY

_EXAMPLES: dict[Role, tuple[str, ...]] = {
    Role.SALES: (
        "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价",
        "今天下午拜访了恒力的王总，聊了X200，明天给他报价",
        "今天干啥",
    ),
    Role.MANAGER: ("待审批", "团队跟进", "驳回 SP-2611-0001 毛利太低"),
    Role.ENGINEER: ("接了，三点半到", "到了", "换了2个6205轴承，修好了"),
    Role.DISPATCHER: ("这单派给老何", "待派工", "客户报修：主轴异响，电话13812345678"),
    Role.SERVICE: ("客户报修：主轴异响，电话13812345678", "待派工", "这单派给老何"),
}
_ABOUT = ("company", "contact", "staff", "product", "order_no", "quote_no", "ticket_no", "approval_no", "due")
"""Slots that are said back as what a deed is about."""
_OTHERS = ("帮助", "待审批", "待派工")


def examples(actor: Actor) -> tuple[str, ...]:
    """Return three sentences this person could type."""
    return next((lines for role, lines in _EXAMPLES.items() if role in actor.roles), _OTHERS)


def not_understood(actor: Actor) -> str:
    """Return the answer to a sentence that was not understood."""
    return "这句话我没看懂，没有记录任何内容。您可以这样说：\n" + "\n".join(f"· {line}" for line in examples(actor))


def not_ready(understood: Understood, actor: Actor) -> str:
    """Return the answer to a deed that was understood and that nobody carries out yet; else as ``not_understood``."""
    if understood.intent not in UNREADY:
        return not_understood(actor)
    deed, instead = UNREADY[understood.intent]
    about = "、".join(str(understood.slots[slot]) for slot in _ABOUT if isinstance(understood.slots.get(slot), str))
    said = f"我理解您是要{deed}{f'（{about}）' if about else ''}。这件事现在还不能在聊天里做，没有记录任何内容。"
    lines = [instead] if instead else examples(actor)
    return said + "\n可以这样说：\n" + "\n".join(f"· {line}" for line in lines)


def show_help(ask: Ask, understood: Understood) -> None:
    """Answer ``帮助`` and ``你都能干啥``."""
    del understood
    ask.say("直接打一句话就行，例如：\n" + "\n".join(f"· {line}" for line in examples(ask.actor)))


def show_import(ask: Ask, understood: Understood) -> None:
    """Answer ``导入去年台账``: a table is sent like any file."""
    del understood
    ask.say("把表格文件（xlsx 或 csv）直接发给我就行：先给您看读到了什么，您点“导入”才会写入。")


def show_quota(ask: Ask, understood: Understood) -> None:
    """Answer ``钉钉用量``: what this month's allowance has been used for."""
    del understood
    month = f"{ask.calendar.local(ask.now):%Y-%m}"
    api, push = (ask.queries.number(f"dingtalk.{kind}:{month}") for kind in ("api", "push"))
    ask.say(f"钉钉本月已用：接口调用 {api} 次，消息与回调 {push} 次（每分钟更新，只算跟单自己用掉的）。")
