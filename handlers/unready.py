"""Deeds that are understood and that nobody carries out in chat yet: what each is, and what can be typed instead."""

from __future__ import annotations

from typing import Final

UNREADY: Final[dict[str, tuple[str, str]]] = {
    "set_notifications": ("设置什么时候发消息给您", ""),
    "open_workbench": ("打开工作台", "今天干啥"),
    "assign_task": ("给同事安排一件事", "明天下午三点提醒我问陈静"),
    "check_conflict": ("查有没有人报备或在跟", "恒力啥情况"),
    "register_project": ("报备项目", "报备 苏州恒力机械 二期"),
    "transfer_customer": ("把客户转给别人", ""),
    "set_level": ("改客户等级", "恒力 客户等级 战略"),
    "summarize_customer": ("总结这个客户", "恒力啥情况"),
    "list_incomplete": ("找资料不全的客户", "找 电话为空 的客户"),
    "lookup_customer": ("查这是谁", "恒力啥情况"),
    "log_bid": ("记投标", "恒力那个项目12月5号投标，保证金5万"),
    "explain_why": ("问为什么这样", "为什么"),
    "urge": ("催一下", ""),
    "query_ticket": ("查工单到哪一步了", "待派工"),
    "query_payment": ("查款到了没有", ""),
    "query_order": ("查订单到哪一步了", ""),
    "record_payment": ("登记回款", ""),
    "create_order": ("建订单", ""),
    "rate_service": ("给服务评价", ""),
    "import_records": ("导入表格", ""),
    "give_feedback": ("提建议", ""),
}
"""Deed or intent → what it is in words, and a sentence that comes near it, or nothing."""
