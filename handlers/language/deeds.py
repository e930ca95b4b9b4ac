"""Deeds of the product beside the 27 intents: what a sentence asks for more exactly, as data.

The intent names the nearest of 27 kinds of sentence; a deed tells 任务推到明天 from any other ``other``. Phrases are
regular expressions over masked text (see ``cues``); a named group becomes a slot with the words as typed. The
first row that fits wins, so the narrower deed of two stands first.
"""

# ruff: noqa: E501  (a phrase is read whole or not at all)
# fmt: off
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from handlers.language.cues import NEGATION
from handlers.language.gate import Gate
from handlers.language.mood import asked, proposed
from handlers.language.spans import Masked

STAFF: Final = "sales manager engineer other"
FIELD: Final = "engineer"
OFFICE: Final = "sales manager other"
LEADERS: Final = "manager other"
STORE: Final = "manager other"
ANYBODY: Final = f"{STAFF} customer"


class Deed(NamedTuple):
    """A row: who may mean it, what is said for it, the slots it has, and the intents it may stand beside (none: any)."""

    name: str
    roles: str
    phrase: str
    slots: str = ""
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """A deed that was read; ``words`` are its slots that are plain words, in the text as typed."""

    name: str
    slots: str
    words: Mapping[str, str]


_LEVEL: Final = r"战略|重点|普通|大客户|vip|[abcd]类?|[一二三]级"
_ENDS: Final = r"(?=$|[,，。;；! 了吧啊])"
_WHOSE: Final = r"(?:^|[CP]|客户|[,， ]|[把给将他她它们家]|直接|应该|可以|先|再|都)(?:的?(?:级别|等级))?"
"""Whose level may stand here: 报价改成A类玻璃 changes no customer's."""
_CHARACTER: Final = r"严谨|急躁|急性子|慢性子|爽快|挑剔|随和|多疑|强势|温和|精明|固执|谨慎|直爽|磨叽|较真|性子急|脾气急|脾气大|脾气好"
_TASK: Final = r"(?:任务|待办|提醒|闹钟|日程)"
_ITEM: Final = rf"(?:K|{_TASK}|[这那刚上](?:才|一)?(?:那|这)?(?:个|条|件)(?:事|活|{_TASK})?|\d{{1,2}}(?:[和、跟,，]\d{{1,2}})*(?:号|个|条)?)"
_LOOK: Final = r"(?:查?看?一?下?)?"
_WHICH: Final = r"(?:第?(?:\d{1,2}|[一二两三四五六七八九十])(?:个|条|件|项)?[,， ]?|K[,， ]?|(?P<words>[^ ,，第推挪延改]{1,16}?)的?(?:事儿?|任务|提醒|待办)[,， ]?)?"
"""Which task: its place in the list, or words of its title."""

DEEDS: Final[tuple[Deed, ...]] = (
    # whole messages, as the product itself writes them on its cards and in its help
    Deed("confirm_calls", STAFF, r"^确认排跟进$"),
    Deed("schedule_silent", STAFF, r"^一键排跟进(?:[,， ]?每天(?:最多)?(?:\d{1,2}|N)[个家]?)?$|^把?(?:它们|他们|这些)?(?:都)?排(?:一下)?跟进$", "period region staff"),
    Deed("show_keeping", STAFF, rf"^{_LOOK}(?:我的?)?(?:承诺)?兑现率"),
    Deed("team_heat_map", STAFF, rf"^{_LOOK}团队(?:的)?(?:跟进)?热力图$"),
    Deed("heat_map", STAFF, rf"^{_LOOK}(?:(?P<whose>[^的]{{1,4}})的|我的?)?(?:客户)?(?:跟进)?热力图$", "period staff region"),
    Deed("team_board", STAFF, rf"^{_LOOK}(?:团队|大家|组里)(?:的)?跟进(?:情况|看板|怎么样)?$", "period region"),
    Deed("silence_list", STAFF, rf"^{_LOOK}(?:有)?(?:哪些|谁|哪几[个家])?(?:客户)?(?:超过?|有)?(?:U|T|好?久|多久|很久)(?:以上)?(?:都)?[没未](?:有)?(?:联系|跟进)(?:过|了)?(?:的)?(?:客户)?(?:有哪些)?$", "period region staff"),
    Deed("list_today", STAFF, rf"^{_LOOK}(?:我的?)?(?:T的?)?待办(?:事项|列表|清单)?$|^T(?:我?要?)(?:干啥|干什么|干嘛|干点啥|做啥|做什么|忙啥|有啥事|有什么事)(?:啊|呢)?$|^T?还?有(?:啥|什么)(?:要做的|事要做|任务)$|^我的(?:任务|提醒|承诺)$", "due staff"),
    Deed("create_for_activity", STAFF, r"^新建(?:客户)?$"),
    Deed("move_activity", STAFF, r"^(?:刚才?)?(?:记|写|说|报)(?:串|错|岔|混)了?[,， ]*(?:应该|要|得)?(?:挪|移|改|转|记|放)(?:到|给|成)(?P<company>[^,，。]{1,24})$"),
    Deed("complete_task", STAFF, rf"^{_WHICH}(?:都?已经?)?(?:做完|办完|完成|搞定|弄好|弄完|处理完|处理好|打完|联系过)了?$", "company contact"),
    Deed("snooze_task", STAFF, rf"^{_WHICH}(?:晚点|稍后|稍晚|等会儿?|一会儿?|过会儿?|过一会儿?)(?:再)?(?:提醒|说|弄)(?:我|一下)?$"),
    Deed("postpone_task", STAFF, rf"^{_WHICH}(?:往后)?(?:推迟?|挪|延期?|顺延|改期|改|换)(?:到|至|成)?T[,， ]?U?$", "company contact due"),
    Deed("cancel_task", STAFF, rf"^{_WHICH}(?:不用(?:做|管|提醒|跟)了?|取消提醒|别提醒了?|不做了)$", "company contact ticket_no due"),
    Deed("reopen_task", STAFF, rf"^{_WHICH}(?:还?没(?:有)?(?:做完|完成|办完|弄完)|重开|重新打开)$"),
    Deed("list_pool", STAFF, rf"^{_LOOK}(?:现在)?公海(?:里|池)?(?:现在)?(?:还)?(?:都)?有(?:什么|啥|哪些|谁|哪些客户|什么客户)(?:客户)?$|^看?公海(?:列表)?$"),
    Deed("my_share", STAFF, r"^我?T(?:一共|总共)?分(?:到|给我)?了?(?:多少|几)[条个](?:线索|询价|询单)?$"),
    Deed("show_fairness", STAFF, r"^(?:看看?|查看?)?(?:T)?(?:的)?(?:线索|询价|询单)(?:的)?分配(?:公平性?|情况|报表|报告)?$|^分配公平性?$", "period"),
    Deed("end_leave", STAFF, r"^(?P<who>我|S|.{2,4}?)?(?:已?经?)?(?:销假|回来上班|不请假)(?:了|啦)?$|^取消(?P<who2>S|.{2,4}?)?(?:的)?请假$"),
    Deed("request_leave", STAFF, r"^(?:我|S|[^,，。T]{2,3})?(?:T[,， ]?)?(?:要|想)?(?:请|休)(?:事|病|年)?假[^,，。]{0,12}$", "period reason"),
    Deed("mark_invalid", STAFF, r"^(?:这[条个]?(?:询价|线索)?)?(?:是|标(?:记|为|成)?)?(?:无效)?[,，: ]*是?(?:空号|广告|测试|重复|非目标|其他)(?:电话)?$"),
    Deed("restore_inquiry", STAFF, r"^(?:这[条个](?:询价|线索)?)?(?:不是(?:空号|广告|测试)|(?:恢复|重新)?有效(?:的|了)?|恢复)$"),
    # quotations, of the one in hand (handlers.quote_words)
    Deed("accept_warnings", OFFICE, r"^我?(?:都)?(?:确认|接受|知道|忽略)了?(?:这些?|所有|全部|报价)?的?(?:提醒|警告|异常)(?:了|无误)?$"),
    Deed("quote_versions", OFFICE, rf"^看?{_LOOK}(?:这份)?(?:报价)?单?的?(?:历史|所有|全部|各个?|哪几个|几个|之前的|以前的)?版本(?:记录|历史|对比|列表|有哪些)?$|^(?:这份)?(?:报价)?(?:一共|总共|前后)?(?:改|出|报)过?了?(?:几|多少|哪几)[版次稿]了?$|^看?{_LOOK}(?:之前|以前|前面)(?:报|改)?的?(?:那?几)?版$"),
    Deed("return_version", OFFICE, r"^(?:算了|那|就|还是|客户|甲方|对方|他们?|说|同意|认|想|要|回到?|恢复|改回|退回|换回|还原|按|照|用|接受|选|定|走|以)*(?:到|成|的)?第?[ ]?v?[ ]?(?P<revision>[0-9]{1,3}|[一二三四五六七八九])[ ]?(?:个)?(?:版本?|稿)?(?:为准|来|吧|算|的?报价|方案|的)*(?<=[版稿本来吧准价案算])$|^(?:算了|那|就|还是|客户|甲方|对方|他们?|说|同意|认|想|要|回到?|恢复|改回|退回|换回|还原|按|照|用|接受|选|定|走|以)+第?[ ]?v[ ]?(?P<revision2>[0-9]{1,3})$"),
    Deed("quote_working", OFFICE, rf"^{_LOOK}(?:这份)?(?:报价)?的?(?:计算过程|计算明细|算法|公式)$|^(?:这个?|那个?)?(?:价格?|价钱|总价|单价|金额|报价)?(?:是)?(?:怎么|咋|如何)算出?来?的(?:这个价)?$"),
    # tasks and reminders
    Deed("set_notifications", STAFF, r"免打扰|勿扰|静音|(?:别|不要|不用|关掉|关闭|打开|开启|只|改)(?:用|要|发|收|在|成)?(?:.{0,3})(?:邮件|短信|钉钉|企微|企业微信|站内信?)(?:.{0,3})(?:提醒|通知|推送|发我)?|T(?:以?后|之后)?(?:别|不要)(?:再)?(?:提醒|通知|推送|发(?:消息)?|吵|打扰)(?:我)?", "due"),
    Deed("cancel_task", STAFF, rf"(?:取消|删掉?|删了|不用|不要|别|去掉|撤掉|关掉)(?:了|掉)?.{{0,6}}{_TASK}(?:了|我|吧|$)|{_TASK}.{{0,4}}(?:取消|删(?:了|掉)|不要了|不用了|算了|作废)", "company contact ticket_no due"),
    Deed("postpone_task", STAFF, rf"{_ITEM}(?:.{{0,4}}?)(?:往后|推迟|延后|延期|改期|改|推|挪|顺延|拖|换|延(?=到|至))(?:到|至|成|一下|延)*(?:T|U)|^(?:先)?(?:往后|推迟|延后|顺延|挪|推|改期|改)(?:到|至|延)?(?:T|U)(?:吧|再说|提醒)?$|(?:稍后|晚点|待会儿?|回头|过会儿?|等会儿?|T)(?:再)?(?:提醒|弄|做)(?:我)?(?:吧)?$|^T再(?:说|弄|做|提醒)|{_ITEM}.{{0,3}}(?:没空|来不及|做不了).{{0,4}}T", "company contact due", "other set_reminder log_follow_up advance_stage"),
    Deed("complete_task", OFFICE, rf"{_ITEM}(?:都|已经?|我|也|全)*(?:(?:做|办|搞|弄|处理|跟|联系|打|回)(?:完|好|过|掉)?|完成|搞定|办妥)(?:了|啦|咯)(?!吗|没)|^(?:完成|做完)(?:了)?(?:任务|待办|K)|勾掉|划掉", "company contact", "other log_follow_up set_reminder finish_service"),
    Deed("schedule_silent", OFFICE, r"(?:一键)?排(?:一?下|个)?(?:跟进|回访|拜访)(?:计划)?|没(?:联系|跟进|跟)(?:过)?的.{0,6}(?:排|安排)", "period region staff"),
    Deed("team_board", LEADERS, r"(?:团队|大家|组里|部门|全组|我们组|兄弟们|手下)(?:的|最近|T)*跟进(?:情况|看板|进度|得?怎么样|如何)?|谁(?:还)?(?:没跟进|没跟|(?:的)?跟进(?:超期|逾期|拖|最少|最多|慢))", "period region"),
    Deed("silence_list", OFFICE, r"^(?!.*C).*(?:(?:[UT]|N天|\d+天|几天|很久|好久|长期|半年|超过?.{1,4})(?:以上|多|内)?(?:都|还)?没(?:有)?(?:联系|跟进?|拜访|动静|沟通|碰|走动)过?|(?:哪些|谁|多少)(?:客户)?(?:.{0,4})(?:没跟|没联系|好久没|很久没|没人跟)|沉默(?:的)?客户|睡眠(?:的)?客户|(?:久|长期)未(?:联系|跟进)|快(?:忘|凉)了的客户)", "period region staff", "query_customer query_funnel other log_follow_up set_reminder"),
    Deed("list_today", STAFF, rf"(?:T|手头|手上|现在|目前)(?:我)?(?:的|有|还有|都有|都|还|要|该)*(?:待办|啥事|什么事|哪些事|啥活|什么活|哪些活|几件事|(?:做|干|跟|忙|跑|联系)(?:什么|啥|哪些|谁|几家)|任务|安排|日程|行程)(?:有哪些|有啥|呢|吗)?|^(?:看看?|查|打开|列一?下)?(?:一?下)?(?:我的?)?(?:{_TASK}|待办事项|行程)(?:事项|列表|清单|有哪些|有啥|呢)?[吧?]?$|还有(?:啥|什么|哪些|几件)(?:没做|没办|要做|事没|没弄)", "due staff", "other query_order query_customer query_funnel set_reminder help log_follow_up"),
    Deed("heat_map", STAFF, r"热力图|跟进(?:的)?热度|热度图|跟进分布图", "period staff region"),
    Deed("open_workbench", STAFF, r"^(?:打开|我的|看看?|进|回)?(?:工作台|首页|主页)"),
    Deed("assign_task", LEADERS, r"(?:让|叫|安排|请|派|通知|提醒|催)S.{0,10}?(?:联系|跟进|回访|打(?:个)?电话|跟一?下|拜访|报价|发|准备|做|催|整理|交|补)|S(?:你)?T(?:之?前)?(?:把|给|要|跟|联系|去跟)", "staff company contact due task", "other log_follow_up set_reminder request_quote log_inquiry dispatch"),
    # leads, pool, registration
    Deed("list_pool", STAFF, r"公海(?:里|池|客户)*(?:都|还|现在|目前|T)*(?:有|剩|进)(?:了)?(?:啥|什么|哪些|多少|几|没人|新|没有)|(?:看|查|列|翻|瞅)(?:一?下|看|瞅|一眼)*公海|^公海(?:列表|客户|池)?[?]?$", "region period source"),
    Deed("count_leads", STAFF, r"(?:分|派|分配)(?:了|给我|到|给)*(?:我|S)?(?:了)?(?:多少|几)(?:条|个|家)?|(?:线索|询盘|询价)?分配(?:得)?(?:公平|公不公平|不公|情况|记录|规则)", "period staff"),
    Deed("mark_invalid", OFFICE, r"(?:标|记|置|设|算|改)(?:成|为|记|作)?无效|无效(?:线索|询盘|询价|客户|的)?(?:了)?$|(?:空号|广告|推销|骗子|测试|打错).{0,5}(?:无效|关掉?|删|作废|标)|(?:线索|询[盘价]|这条|那条).{0,6}(?:是)?(?:空号|广告|推销|骗子|假的|测试)", "company contact phone"),
    Deed("check_conflict", OFFICE, r"撞单|报备(?:过|了|的)?(?:没有?|吗|么)|(?:有没有|有无|是否|谁|被谁|被人|有人|是不是)(?:有|被|人|谁|别人|在|先|已经?)*(?:报备|跟(?:着|过|进)?|占)(?:过|了)?(?:吗|没|的)?(?=$|[?,， ])", "company contact phone place", "query_customer other create_opportunity log_follow_up"),
    Deed("register_project", OFFICE, r"报备(?!流程|规则|怎么|期)|(?:项目|客户)备案", "company contact phone product quantity amount due place"),
    Deed("hand_over", LEADERS, r"(?:离职|调岗|产假|休假|转岗)?交接(?:给)?S|S(?:要|已经?|下|T|马上)*(?:离职|走了|不干了|调走|调岗|转岗)(?:了)?.{0,8}(?:交接|客户|转|都|归)|S(?:手里|手上|名下)(?:的)?(?:全部|所有|客户)+.{0,8}(?:转|交|移|给|划)", "staff from_staff company"),
    # customers
    Deed("merge_customers", OFFICE, r"合并|C.{0,6}(?:和|跟|与|就是|其实是).{0,12}(?:同?一(?:家|个)|重复|一回事)|(?:客户|C).{0,4}(?:重复|录重|建重|录了两遍|建了两个)", "companies"),
    Deed("untag_customer", OFFICE, r"(?:去掉|删掉?|取消|摘掉?|移除|撕掉?)(?:C)?(?:的|那个)?(?P<tag>[^,，。;；:：的]{0,10}?)(?:这个|那个|的)?标签|(?:C的?)?(?P<tag2>[^,，。;；:：的C把]{0,10}?)(?:这个|那个|的)?标签(?:去掉|删|取消|摘|不要|撕)", "company"),
    Deed("tag_customer", OFFICE, r"(?:打|加|贴|上|添|标)(?:个|上|一个|了|下)?(?:标签|tag)(?:叫|是|为|:|：| )*(?P<tag>[^,，。;；:：]{1,20}?)[。!]*$|标签(?:加|打|写|是|为|:|：| )+(?:上|个|一个)?(?P<tag2>[^,，。;；:：]{1,20}?)[。!]*$|(?:打|贴|标)(?:个|上)(?P<tag3>[^,，。;；:：]{1,12}?)(?:的)?(?:标签|tag)", "company"),
    Deed("set_level", OFFICE, rf"(?:设|升|调|定|改|标|列|评|降|归|提|算|是)(?:级|成|为|到|入|作|我们的|咱们的)*(?P<level>{_LEVEL})(?:客户|级{_ENDS})|{_WHOSE}(?:设|升|调|定|改|标|列|评|降|归|提)(?:级|成|为|到|入|作)+(?P<level2>{_LEVEL}){_ENDS}|(?:级别|等级).{{0,4}}(?P<level3>{_LEVEL}){_ENDS}", "company"),
    Deed("set_temperament", OFFICE, rf"P.{{0,6}}?(?:这人|这个人|性格|脾气|性子|是|属于|为人|人)*(?:个|很|比较|有点|挺|特|贼|偏|是|那种)*(?P<temperament>{_CHARACTER})(?:型|的)?(?:人|性格)?", "company contact", "other log_follow_up query_customer"),
    Deed("bulk_edit", OFFICE, r"批量(?:修?改|编辑|更新|设|换|转|打)|(?:全部|统一|都)改成.{1,10}客户", "region source stage staff"),
    Deed("summarize_customer", OFFICE, r"(?:沟通|跟进|历史|往来|交往|聊天)(?:记录|历史)?(?:的)?(?:摘要|总结|概要|小结)|(?:总结|概括|梳理|捋|归纳|汇总)(?:一?下|一捋|捋)?(?:.{0,3})(?:C|这家|这个客户)|C.{0,5}(?:来龙去脉|前因后果|前情提要|前情)", "company"),
    Deed("list_incomplete", OFFICE, r"(?:没|缺|没有|漏|少)(?:填|留|写|录)?(?:电话|联系方式|税号|全称|邮箱|联系人|地址|信用代码)的|(?:资料|信息)不(?:全|完整)的", "region staff"),
    Deed("lookup_customer", STAFF, r"尾号|后四位|F(?:是|这是)?(?:谁|哪)|^(?:查|搜|找|看)(?:一?下|下|查)?[ :：]?(?P<query>[a-z]{2,20}|\d{4,11})[ ?]*$", "phone company contact"),
    # opportunities
    Deed("convert_opportunity", OFFICE, r"(?:转|升级?)(?:成|为|化为?|化成)?(?:一?个)?(?:新)?商机|(?:线索|询[价盘]|这条|那条)转(?:商机|化)", "company contact product quantity amount due"),
    Deed("sleep_opportunity", OFFICE, r"(?:放一?放|睡|休眠|搁着?|冻结|冷一?冷|晾一?晾|沉睡).{0,8}(?:T|U)|休眠|T.{0,4}(?:唤醒|叫醒|激活)", "company due", "other log_follow_up set_reminder advance_stage query_customer"),
    Deed("set_loss_reason", OFFICE, r"(?:输|丢|流失|丢标|落标|没成|G)(?:单)?(?:的)?(?:主要)?原因(?:是|就是|为|:|：| )+(?P<loss>[^,，。;；?]{2,30})|(?:主要)?(?:是)?因为(?P<loss2>[^,，。;；?]{1,16}?)(?:才)?(?:输|丢|黄|没成|没中)(?:了|的|掉)", "company stage"),
    Deed("show_playbook", OFFICE, r"(?:下一步|这个?阶段|接下来|G)(?:该|要|应该|还要|还差|还缺|需要|得)+(?:做|干|准备|补|交)?(?:什么|啥|哪些|点啥)|还(?:差|缺)(?:什么|啥|哪些)(?:材料|资料|东西|才能)?|sop|销售流程", "company stage"),
    Deed("log_bid", OFFICE, r"(?:投标|应标|标书|参标).{0,12}(?:T|Y|保证金|截止)|T.{0,4}(?:开标|截标|投标|交标书)|(?:投标)?保证金", "company product quantity amount due contact", "log_inquiry log_follow_up create_opportunity other advance_stage set_reminder record_payment"),
    # approvals
    Deed("end_delegation", LEADERS, r"(?:取消|停止|结束|收回|不用|不要).{0,6}(?:代批|代审|委托|授权)|我回来了.{0,6}(?:自己批|我批)"),
    Deed("transfer_approval", LEADERS, r"(?:转|转给|交给|推给|让|给)(?:给)?S(?:来)?(?:批|审|定夺|拍板|过目|看着批)|(?:转给|交给|让)(?:财务|技术|总经理|老板|领导|总监|法务).{0,3}(?:批|审)", "approval_no staff reason"),
    Deed("add_approver", LEADERS, r"加签|会签.{0,4}S|再?(?:加|让)(?:上)?S(?:也)?(?:会签|签|看一?[下眼])", "approval_no staff"),
    Deed("change_rule", LEADERS, r"以后.{0,16}(?:抄送|发|报|经过?|找|告诉)(?:给)?(?:我|S|老板)|(?:规则|门槛|额度|上限|标准|权限)(?:.{0,6})(?:改|调|提|降|放)(?:成|到|为|高|低|宽)|(?:改|调整?)(?:一?下)?(?:审批|抄送|派单|分配)?规则", "amount product"),
    Deed("list_approvals", STAFF, r"待(?:我)?(?:审批|批)|(?:有|还有)(?:啥|什么|哪些|几个|多少)(?:单子?)?(?:要|等|待|没)(?:我)?(?:批|审)|等我(?:批|审)(?:的)?|(?:批|审)的(?:单子?)?(?:有)?(?:哪些|几个|多少)"),
    Deed("explain_why", STAFF, r"为(?:什么|啥|何|毛)|凭(?:什么|啥)|(?:怎么|咋)(?:没|不|会|就|又|变)(?!办|来|到|修|起)|什么(?:原因|道理|规则)|啥(?:原因|道理)", "company amount approval_no quote_no order_no ticket_no staff", "other query_order query_customer query_funnel approve reject request_quote transfer_customer claim_from_pool release_to_pool advance_stage dispatch help"),
    Deed("urge", ANYBODY, r"S(?:那边|那里|那)?(?:你?帮我?|再)?催(?:一?下|催|一催)|(?:叫|让|提醒|喊|告诉)S(?:你|[他她])?(?:快点?|抓紧|赶紧|尽快|快些|加快)(?:点|些|办|处理|弄|做)?(?:一?下)?(?:手[上里]的?|[他她]的)?(?:事儿?|活|工作|单子)?$|催(?:一?下|催|一催|办|单|促)*(?:一?下)?(?:S|审批|他|她|进度|老板|领导|财务|技术|生产|车间|仓库|E|J|W|A|快点)|催办|催单|帮我?催(?!.{0,4}(?:款|钱|账))|(?:催|快点|抓紧|赶紧)(?:处理|安排|发货|发一?下|来人|派人)", "company order_no ticket_no quote_no approval_no staff"),
    # field service
    Deed("finish_unsigned", FIELD, r"(?:修|弄|搞|换|装|处理|调)?(?:好|完|定)了.{0,16}(?:没人签|没签|不签|不肯签|签不了|(?:回头|明天|晚点|改天|下次|T|以后)(?:再|来|补)*签)|签字?.{0,4}(?:回头|明天|晚点|改天|下次|T)(?:再|补)?|(?:没人|找不到人)签", "ticket_no part"),
    Deed("block_visit", FIELD, r"(?:不让|不给|没法|没人给)(?:我)?(?:进|开门|接待|上楼)|进不(?:去|了门|了厂)|没人(?:在|接待|开门)(?=$|[,， 。了])|(?:大)?门(?:都)?(?:锁|关)(?:着|了)|(?:联系|找)不(?:上|到|着)(?:客户|人|P|物业|对接人)|扑(?:了)?(?:个)?空|白跑", "ticket_no company", "arrive other accept_dispatch reject_dispatch log_follow_up request_part"),
    Deed("depart", FIELD, r"出发(?:了|啦|咯|去|往)?(?!没|吗|前)|(?:在|正在|已在)(?:去)?.{0,6}路上|上(?:车|路|高速)了|动身了?|往(?:C|客户|那边|现场)(?:走|赶|开)", "ticket_no company due"),
    Deed("reschedule_visit", "engineer customer other", r"改约|改(?:个)?(?:时间|期|日子)|(?:换|挪)(?:个)?时间|(?:客户|P|C|对方|W|上门|维修|预约|师傅)?(?:要|说|让|想|要求|能不能|可以|麻烦)*(?:改|推|换|挪|延)(?:迟|后|期)?(?:到|成|至)T", "ticket_no company due"),
    Deed("transfer_job", FIELD, r"(?:转给|转|换成?|让|叫|给)S(?:去|来|吧|行不行?|接|跑|$|[,， 。?])", "ticket_no staff reason"),
    Deed("request_leave", STAFF, r"^(?!.*(?:怎么|流程|如何|咋)).*(?:(?<!S)(?<!P)(?:我)?请(?:了|个)?U?(?:的)?(?:病|事|年|产|婚|丧|陪产)?假|(?<![SP])(?:我)?T.{0,3}(?:休假|调休|休息|歇班|不上班)(?!吗|不))", "period reason"),
    Deed("set_duty", STAFF, r"(?:别|不要|先别|暂停|停止|不)(?:再|给|往)*(?:我)?(?:这)?派(?:单|活|工)|我?(?:先)?(?:下线|收工下班)了?|(?:开始|恢复|可以|能)(?:给我)?(?:接|派)(?:单|活)了?|我?上线了?$", "due", "other dispatch accept_dispatch reject_dispatch"),
    Deed("cancel_ticket", "customer other manager", r"不用(?:来|修|派|管|上门)(?:了|人)?|别(?:来|派人)了|(?:自己|我们|自个)(?:已经?|都)?(?:弄|修|搞|整|调)好了|算了.{0,6}(?:不修|不用)|(?:取消|撤销?|撤掉)(?:一?下)?(?:这次|那个)?(?:报修|上门|工单|预约|维修|W)|(?:报修|工单|W).{0,2}(?:取消|撤|不要)", "ticket_no company reason"),
    Deed("complain", "customer sales other manager", r"投诉|(?:要|想|得)(?:找|见)(?:你们|贵司)?(?:的)?(?:领导|老板|经理|负责人)|12315|工商|骗人|忽悠|太(?:过分|不像话|气人)", "company contact phone ticket_no staff fault", "rate_service report_fault other log_follow_up query_order"),
    Deed("repeat_fault", "customer sales other manager", r"又(?:坏|漏|不|出|响|犯|报|停|卡|跳|堵|死|这样|老样)|(?:一样|同样|老|还是(?:那个|这个|老))(?:的)?(?:毛病|问题|故障)|(?:T|上次|上回|刚|才)(?:不是)?(?:才|刚)?(?:修|弄|换)(?:过|好|完|的)?(?:吗|的|了|没)?[,， ]?.{0,6}(?:又|还是)", "company contact phone product fault due serial_no ticket_no", "report_fault log_follow_up other"),
    Deed("request_install", "customer sales other manager", r"(?:安排|预约|派|申请|约|麻烦|请|需要)(?:一?下|个|人|师傅|你们|来|上门|工程师|S|去|T)*(?:安装|装机|调试|测量|量尺|复尺)", "company contact phone product quantity due place order_no", "report_fault other dispatch log_follow_up log_inquiry query_order request_quote set_reminder"),
    Deed("return_part", FIELD, r"(?:退|还|退回|归还|退还|还回)(?:了|回|掉|给仓库|库|一?下)*(?:N)?(?:的)?Q|Q.{0,3}N?.{0,3}(?:退|没用上|没用完|用不上|剩|还回|还仓库)|多(?:领|拿|带)(?:了|的)", "part ticket_no"),
    Deed("part_history", STAFF, r"Q(?:[^,，。]{0,6}|[,， ])(?:换|用|装|修)(?:过|在|到|给)了?(?:哪|什么|啥|几台|多少台)|(?:哪些|哪几台|哪台|谁家).{0,6}(?:换|用|装)(?:过|了|的|着)?.{0,4}Q|(?:换|用|装)过Q(?:的(?:机器|设备|客户)|没|吗|么)", "part"),
    Deed("query_stock", STAFF, r"(?:库存|仓库|库里|有货)(?:里|还|现在)*(?:有|剩|够)?(?:没有?|多少|几|Q|吗|不|么)|Q(?:还|现在|的)*(?:有货|有库存|库存|有没有|还有|剩)(?:多少|几|吗|没|货)?", "part", "request_part query_order other query_customer query_funnel"),
    Deed("issue_part", STORE, r"(?:出库|发出|已发|寄出|备好|发走|领走)(?:了)?.{0,4}(?:Q|N)|Q.{0,6}(?:出库|发出|已发|发走|寄出|备好|领走|发了)", "part ticket_no staff"),
    Deed("out_of_stock", STORE, r"Q.{0,6}(?:没货|缺货|断货|没库存|没了|要订|得订)|(?:缺货|没货|断货).{0,8}T", "part due ticket_no"),
    Deed("equipment_history", ANYBODY, r"(?:维修|服务|保养|故障|检修)(?:过的)?(?:记录|历史|档案|履历)|(?:修|坏)过(?:几|多少)(?:次|回)|(?:这台|那台|设备|机器|M).{0,8}(?:修过|坏过|出过|换过)(?:什么|啥|几|哪些)", "company product serial_no period"),
    Deed("register_equipment", STAFF, r"登记(?:一?台|一下|个|下)?(?:新)?(?:设备|机器|机台|梯)|(?:设备|机器|机台)(?:登记|建档|入档|档案)|(?:质保|保修)(?:期)?(?:到|至|截止)T", "company product serial_no due place"),
    Deed("plan_maintenance", STAFF, r"(?:每U|每?T|每半年|每季度?|定期|按[年季月]).{0,6}(?:保养|巡检|维保|检修|年检|点检)(?:一?次)?|(?:保养|维保|巡检|年检)(?:计划|周期)", "company product due serial_no"),
    Deed("engineer_score", STAFF, r"(?:一次修[好复]率|返修率|准时率|好评率|人效)|S(?:的)?(?:评分|满意度|打分|口碑)|(?:师傅|工程师)(?:们)?(?:的)?(?:排名|评分|评比|打分情况)", "staff period region"),
    # everything else
    Deed("ask_price", ANYBODY, r"^(?!.*(?:给|帮|替|为)[CP]).*M.{0,6}(?:多少钱|什么价|啥价|怎么卖|咋卖|单价多少|价格(?:是)?多少|几个钱|多少一)", "product company", "request_quote"),
    Deed("query_ticket", ANYBODY, r"师傅|工程师|派人|派单|报修|维修|上门|W|S.{0,4}到|安排人", "company ticket_no product staff", "query_order"),
    Deed("query_payment", ANYBODY, r"款|钱|到账|到帐|欠|应收|付了|结清|对账|发票|开票", "company order_no period staff", "query_order"),
    Deed("explain_field", STAFF, r"字段(?:说明|解释|含义|字典)|(?P<term>[^,，。 ?]{2,8}?)(?:是|指)(?:啥|什么)意思"),
    Deed("import_records", STAFF, r"导入|(?:excel|表格|台账).{0,6}(?:录进|传|导|录入)"),
    Deed("give_feedback", ANYBODY, r"^反馈[:： ]|提(?:个|点|条)?(?:建议|意见)|(?:希望|建议)(?:系统|机器人|你们?|这个).{0,20}(?:改|加|支持|优化)", "", "other help log_follow_up rate_service report_fault"),
    Deed("teach_alias", STAFF, r"^(?:以后|记住|记一下)?[,， ]?(?P<words>[^ ,，。]{1,16}?)(?:就是|也叫做?|指的?就?是|=|等于)[ ]?(?P<target>[^,，。]{1,40})$"),
    Deed("teach_channel", STAFF, r"^(?P<word>[^ ]{1,16}?)[ ]*(?:就|也)?(?:(?<!预)算|归|属于)(?:到|在)?[ ]*(?P<channel>[^ ]{1,12}?)(?:渠道)?$"),
)

RISKY: Final = frozenset({"merge_customers", "hand_over", "bulk_edit", "change_rule", "transfer_approval", "transfer_job", "cancel_ticket", "mark_invalid", "issue_part", "return_part", "finish_unsigned", "convert_opportunity"})
"""Hard to take back, or somebody else's business: a confirm card first."""
# fmt: on

_NEGATED: Final = re.compile(rf"{NEGATION}|(?:不要|别|不用|没有?)(?:再)?(?:给|把|帮|让|替)[A-Z]{{1,2}}的?$")
_OWN_NEGATION: Final = frozenset(
    {
        "cancel_task",
        "reopen_task",
        "set_notifications",
        "set_duty",
        "cancel_ticket",
        "silence_list",
        "end_delegation",
        "block_visit",
    }
)
ASKING: Final = frozenset(
    {
        "show_keeping",
        "team_heat_map",
        "heat_map",
        "team_board",
        "silence_list",
        "list_today",
        "list_pool",
        "my_share",
        "show_fairness",
        "count_leads",
        "open_workbench",
        "check_conflict",
        "summarize_customer",
        "list_incomplete",
        "lookup_customer",
        "show_playbook",
        "list_approvals",
        "explain_why",
        "urge",
        "explain_field",
        "reschedule_visit",
        "complain",
        "repeat_fault",
        "request_install",
        "query_stock",
        "part_history",
        "out_of_stock",
        "equipment_history",
        "engineer_score",
        "ask_price",
        "query_ticket",
        "query_payment",
        "give_feedback",
        "request_leave",
        "end_leave",
    }
)
"""What may be asked as well as told: 能看下公海吗. A question whether any other was done does not do it."""
_ROWS: Final = tuple(
    (
        deed,
        re.compile(deed.phrase.replace("D", "[EJWA]")),
        frozenset(deed.roles.split()),
        frozenset(deed.beside.split()),
    )
    for deed in DEEDS
)
_GATE: Final = Gate(pattern for _, pattern, _, _ in _ROWS)
_KNOWN: Final = frozenset({"sales", "manager", "engineer", "customer"})
_NOT_EVEN_THAT: Final = re.compile(r"(?<!要)(?:不|别|没)$")
"""不取消代批 leaves it as it is."""
_TOLD: Final = re.compile(r"(?:客户|[CP]|对方|他们?)(?:又|还|就|一直)?(?:说|问|反馈|嫌|抱怨)[^,，。;；?]{0,10}$")


_MENDS: Final = frozenset({"postpone_task", "move_activity"})
"""Deeds that look like corrections, and are, of a task or of a follow-up."""


def read_deed(masked: Masked, text: str, role: str, intent: str, *, correction: bool = False) -> Meant | None:
    """Return the deed that ``text`` asks for, when it is more than its ``intent``; ``masked`` as in ``spans.mask``."""
    role = role if role in _KNOWN else "other"
    said = masked.text.rstrip("。.!?~ ")
    question = asked(masked.text) and not proposed(masked.text)
    for position in _GATE.open_to(said):
        deed, pattern, roles, beside = _ROWS[position]
        if question and deed.name not in ASKING:
            continue
        if role not in roles or (beside and intent not in beside) or (correction and deed.name not in _MENDS):
            continue
        match = pattern.search(said)
        if match is None or _does_not_count(deed.name, said, match.start()):
            continue
        words = {
            name.rstrip("23"): text[masked.origin[match.start(name)] : masked.origin[match.end(name)]].strip()
            for name, said in match.groupdict().items()
            if said
        }
        return Meant(deed.name, deed.slots, words)
    return None


def _does_not_count(name: str, masked: str, start: int) -> bool:
    """Whether the phrase is denied, or somebody else's words: 客户说为什么这么贵."""
    left = masked[max(0, start - 14) : start]
    if name in _OWN_NEGATION:
        return bool(_NOT_EVEN_THAT.search(left[-3:]))
    return bool(_NEGATED.search(left[-7:]) or _TOLD.search(left))
