"""Deeds beside the 27 intents: each by several ways of saying it, and what must not be taken for one."""

from datetime import datetime

import pytest

from handlers.language.deeds import DEEDS, RISKY
from handlers.language.gazetteer import Gazetteer
from handlers.language.meaning import Context
from handlers.language.understand import Reader

NOW = datetime.fromisoformat("2025-11-20T14:30:00+08:00")
READER = Reader(
    Gazetteer.build(
        customers=["苏州恒力机械有限公司", "华鑫门窗有限公司", "苏州海源环保科技有限公司", "青岛绿源食品有限公司", "宁波甬江精工有限公司"],
        products=["X200", "X300"], parts=["6205轴承", "6206轴承", "密封圈"],
        staff=[
            {"name": "陈静", "nicknames": ["小陈"]}, {"name": "周建国", "nicknames": ["老周"]},
            {"name": "赵强", "nicknames": ["强哥"]}, {"name": "刘洋"},
        ],
        stages=["新线索", "方案报价", "成交", "流失"], regions=["华东", "华南"], sources=["官网", "展会"], approvals=["SP-2611-0003"],
    )
)  # fmt: skip


def read(text, role, context=None):
    return READER.understand(text, role=role, now=NOW, context=context).drafts[0]


SAID = [
    ("cancel_task", "sales", "第2个提醒取消"),
    ("cancel_task", "sales", "别提醒我了"),
    ("cancel_task", "sales", "恒力那个任务不要了"),
    ("postpone_task", "sales", "第一个推到明天下午"),
    ("postpone_task", "sales", "这个任务延到下周一"),
    ("snooze_task", "sales", "稍后提醒"),
    ("postpone_task", "sales", "恒力的回访任务改到周五"),
    ("postpone_task", "sales", "2往后推两天"),
    ("complete_task", "sales", "第2个做完了"),
    ("complete_task", "sales", "1和3都办完了"),
    ("complete_task", "sales", "恒力那个待办搞定了"),
    ("silence_list", "sales", "哪些客户三个月没联系了"),
    ("silence_list", "manager", "90天没跟进的有谁"),
    ("silence_list", "sales", "好久没联系的客户列一下"),
    ("schedule_silent", "sales", "一键排跟进"),
    ("list_today", "sales", "今天有啥事"),
    ("list_today", "sales", "今日待办"),
    ("list_today", "engineer", "明天有哪些活"),
    ("list_today", "sales", "我的待办"),
    ("team_board", "manager", "团队跟进情况"),
    ("team_board", "manager", "谁没跟进"),
    ("heat_map", "sales", "看下跟进热力图"),
    ("open_workbench", "sales", "工作台"),
    ("assign_task", "manager", "让小陈明天联系恒力"),
    ("assign_task", "manager", "提醒刘洋周五前给华鑫报价"),
    ("set_notifications", "sales", "晚上十点以后别发消息"),
    ("set_notifications", "sales", "不用邮件提醒我"),
    ("list_pool", "sales", "公海有什么"),
    ("list_pool", "sales", "看看公海"),
    ("my_share", "sales", "我这周分了几条"),
    ("mark_invalid", "sales", "这条是广告 无效"),
    ("mark_invalid", "sales", "标成无效"),
    ("check_conflict", "sales", "华鑫有人报备吗"),
    ("check_conflict", "sales", "甬江精工有没有人在跟"),
    ("register_project", "sales", "报备 德阳万和二期 X200十台"),
    ("hand_over", "manager", "刘洋离职 客户都交接给陈静"),
    ("merge_customers", "sales", "合并恒力和绿源"),
    ("merge_customers", "sales", "恒力跟甬江精工是同一家"),
    ("tag_customer", "sales", "给华鑫打个标签 价格敏感"),
    ("tag_customer", "sales", "恒力加标签 账期长"),
    ("untag_customer", "sales", "把华鑫的价格敏感标签去掉"),
    ("set_level", "sales", "恒力升为战略客户"),
    ("set_level", "manager", "华鑫改成A类"),
    ("set_temperament", "sales", "王总是急性子"),
    ("set_temperament", "sales", "恒力李经理这人很严谨"),
    ("bulk_edit", "manager", "批量改华东客户负责人"),
    ("summarize_customer", "sales", "恒力的历史沟通摘要"),
    ("summarize_customer", "sales", "帮我捋一下恒力"),
    ("list_incomplete", "sales", "没留电话的客户有哪些"),
    ("lookup_customer", "sales", "尾号5678是谁"),
    ("lookup_customer", "sales", "查hl"),
    ("lookup_customer", "sales", "13812345678是谁"),
    ("convert_opportunity", "sales", "恒力转商机"),
    ("convert_opportunity", "sales", "这条线索转成商机"),
    ("sleep_opportunity", "sales", "恒力先休眠到6月"),
    ("set_loss_reason", "sales", "华鑫输单原因 价格太高"),
    ("show_playbook", "sales", "恒力下一步该干啥"),
    ("log_bid", "sales", "恒力投标 5月20号开标 保证金10万"),
    ("list_approvals", "manager", "有哪些要我批的"),
    ("delegate_approvals", "manager", "我下周二到周五出差 报价让老周代批 超50万的还是发我"),
    ("end_delegation", "manager", "取消代批"),
    ("transfer_approval", "manager", "SP-2611-0003转给老周批"),
    ("add_approver", "manager", "这个加签老周"),
    ("change_rule", "manager", "以后超30万的都抄送我"),
    ("explain_why", "manager", "五十万整那个为啥没抄送我"),
    ("explain_why", "sales", "为什么恒力不归我"),
    ("urge", "sales", "催一下审批"),
    ("urge", "sales", "催催强哥"),
    ("depart", "engineer", "出发了"),
    ("depart", "engineer", "在路上了"),
    ("block_visit", "engineer", "到了 门卫不让进 客户电话打不通"),
    ("block_visit", "engineer", "客户没人在 门锁着"),
    ("finish_unsigned", "engineer", "修好了修好了 客户手上都是油 签字回头再签行不"),
    ("transfer_job", "engineer", "这单转给强哥"),
    ("request_leave", "engineer", "明天请假"),
    ("request_leave", "sales", "我下周一到周三请年假"),
    ("set_duty", "engineer", "先别给我派单"),
    ("reschedule_visit", "customer", "能不能改到明天下午"),
    ("reschedule_visit", "engineer", "客户要改到后天上午"),
    ("cancel_ticket", "customer", "算了 自己弄好了 不用来了"),
    ("repeat_fault", "customer", "昨天不是修过吗 又坏了 一样的毛病"),
    ("complain", "customer", "我要投诉"),
    ("request_install", "customer", "安排师傅来安装"),
    ("return_part", "engineer", "退一个6205"),
    ("return_part", "engineer", "多领了两个6205轴承"),
    ("part_history", "engineer", "6205轴承 换过哪些机器"),
    ("part_history", "manager", "哪些机器换过6205轴承"),
    ("query_stock", "engineer", "6205还有库存吗"),
    ("issue_part", "manager", "6205轴承两个已发出"),
    ("out_of_stock", "manager", "6205轴承没货 下周三到"),
    ("equipment_history", "engineer", "这台机器维修记录"),
    ("register_equipment", "sales", "登记设备 X200 恒力一号车间"),
    ("plan_maintenance", "manager", "恒力那台X200每半年保养一次"),
    ("engineer_score", "manager", "强哥的满意度"),
    ("ask_price", "sales", "你们X200多少钱一台"),
    ("query_ticket", "customer", "师傅到哪了"),
    ("query_payment", "sales", "恒力的款到了没"),
    ("explain_field", "sales", "字段说明 客户等级"),
    ("import_records", "sales", "导入去年台账"),
    ("give_feedback", "sales", "反馈 卡片字太小"),
    ("accept_warnings", "sales", "确认提醒"),
    ("quote_versions", "sales", "历史版本"),
    ("quote_versions", "sales", "改过几版了"),
    ("quote_versions", "manager", "看看之前的几版"),
    ("return_version", "sales", "客户还是要V1"),
    ("return_version", "sales", "算了还是第二版吧"),
    ("return_version", "manager", "按V3来"),
    ("quote_working", "sales", "计算过程"),
    ("quote_working", "sales", "这个价怎么算出来的"),
    ("confirm_calls", "sales", "确认排跟进"),
    ("show_keeping", "sales", "我的兑现率"),
    ("team_heat_map", "manager", "团队热力图"),
    ("create_for_activity", "sales", "新建客户"),
    ("move_activity", "sales", "记串了 挪到华鑫门窗"),
    ("reopen_task", "sales", "第2个没做完"),
    ("show_fairness", "manager", "上周线索分配"),
    ("end_leave", "sales", "我回来上班了"),
    ("restore_inquiry", "sales", "恢复"),
    ("teach_channel", "sales", "视频号算抖音"),
    ("teach_alias", "sales", "大床子就是X200"),
    ("count_leads", "manager", "线索分配公不公平"),
]


@pytest.mark.parametrize(("deed", "role", "text"), SAID)
def test_is_that_deed(deed, role, text):
    assert read(text, role).deed == deed


def test_every_deed_is_said_somewhere():
    assert {deed.name for deed in DEEDS} | {"delegate_approvals"} == {deed for deed, _, _ in SAID}
    assert {deed.name for deed in DEEDS} >= RISKY


@pytest.mark.parametrize(
    ("role", "text"),
    [
        ("sales", "给恒力报两台X200"),
        ("sales", "下午拜访了恒力王总 聊得不错"),
        ("sales", "恒力推迟到下个月"),
        ("sales", "恒力付了5万"),
        ("sales", "私密 王总是急性子"),
        ("sales", "展会上认识的王总 想要两台X200"),
        ("engineer", "到了"),
        ("engineer", "修好了 换了6205"),
        ("manager", "SP-2611-0003同意"),
        ("sales", "客户问为什么这么贵"),
        ("sales", "提醒我明天联系恒力"),
        ("sales", "恒力签了"),
        ("customer", "机器漏油"),
        ("customer", "五星好评"),
        ("manager", "派强哥去恒力"),
        ("sales", "恒力放公海"),
        ("sales", "恒力王总说下周再联系"),
        ("engineer", "还没出发"),
        ("sales", "别打标签 价格敏感"),
    ],
)
def test_is_no_more_than_its_intent(role, text):
    assert read(text, role).deed == ""


def test_a_deed_leaves_intent_and_slots_as_they_are():
    draft = read("恒力的回访任务改到周五", "sales")
    assert (draft.deed, dict(draft.deed_slots)) == (
        "postpone_task",
        {"company": "苏州恒力机械有限公司", "due": "2025-11-21", "words": "恒力的回访"},
    )
    assert (draft.intent, dict(draft.slots)) == ("other", {"company": "苏州恒力机械有限公司"})


@pytest.mark.parametrize(
    ("role", "text", "slots"),
    [
        ("sales", "给华鑫打个标签 价格敏感", {"company": "华鑫门窗有限公司", "tag": "价格敏感"}),
        ("sales", "恒力升为战略客户", {"company": "苏州恒力机械有限公司", "level": "战略"}),
        ("sales", "合并恒力和绿源", {"companies": ["苏州恒力机械有限公司", "青岛绿源食品有限公司"]}),
        ("manager", "我下周二到周五出差 报价让老周代批 超50万的还是发我", {"staff": "周建国", "period": "2025-11-25/2025-11-28", "amount_max_cny": 500_000}),
        ("sales", "我下周一到周三请年假", {"period": "2025-11-24/2025-11-26"}),
        ("sales", "查hl", {"query": "hl"}),
        ("manager", "6205轴承没货 下周三到", {"part": [{"name": "6205轴承"}], "due": "2025-11-26"}),
        ("engineer", "退一个6205", {"part": [{"name": "6205轴承", "quantity": 1}]}),
    ],
)  # fmt: skip
def test_has_its_own_slots(role, text, slots):
    assert {key: value for key, value in read(text, role).deed_slots.items() if key != "reason"} == slots


def test_a_private_note_is_no_other_deed_and_a_correction_at_most_one_of_a_task():
    assert read("私密 王总是急性子", "sales").deed == ""
    assert read("改成下周五", "sales", Context(last_intent="log_inquiry")).deed == "postpone_task"
    assert read("不对 是16樘", "sales", Context(last_intent="log_inquiry")).deed == ""


@pytest.mark.parametrize(
    "text",
    ["报价改成A类玻璃", "华鑫那份报价换成B级型材", "恒力的合同改成一级能效电机", "玻璃定成A类", "华鑫那单改普通玻璃"],
)
def test_what_a_thing_is_made_of_is_no_customers_level(text):
    assert read(text, "sales").deed != "set_level"


@pytest.mark.parametrize(
    "text", ["6205轴承 换过哪些机器", "6205轴承以前换过没有", "密封圈跟老款通用吗", "密封圈通用不", "6205轴承谁领走的"]
)
def test_a_question_about_a_part_asks_for_none(text):
    assert read(text, "engineer").intent != "request_part"


@pytest.mark.parametrize("text", ["能不能给我发两个6205轴承", "有没有6205轴承 给我两个", "密封圈漏油要换 仓库有没有"])
def test_a_part_that_is_wanted_may_be_asked_for(text):
    assert read(text, "engineer").intent == "request_part"


@pytest.mark.parametrize("text", ["催一下陈静", "催催小陈", "催下强哥"])
def test_who_is_urged_is_sent_nowhere(text):
    said = read(text, "manager")
    assert (said.deed, said.intent == "dispatch") == ("urge", False)
