"""Whole sentences of field service that the reader leaves open, as a table: who may mean them, and which deed it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.actor import Role

_STORES = frozenset({Role.WAREHOUSE})
DESKS = frozenset({Role.SERVICE, Role.DISPATCHER, Role.MANAGER, Role.MANAGEMENT, Role.ADMIN})
_SERVICE_DESK = frozenset({Role.SERVICE, Role.DISPATCHER})
FIELD = frozenset({Role.ENGINEER})
_NO = r"(?:(?P<no>(?:WO|BX|TS|ZX)-\d{4}-\d{4,})[\s,，:：]*)?"
_PERIOD = r"本月|这个?月|上个?月|本周|这周|上周|今年|本季度|上季度|(?:\d{1,2}|十?[一二三四五六七八九十])月份?"
COUNT = r"(?:\d{1,4}|[一二两三四五六七八九十百]{1,4})"
_UNIT = r"(?:个|只|根|条|套|块|台|盒|包)?"
HOURS = r"\d+(?:\.\d+)?|[一二两俩三四五六七八九十半]+"
DAY = (
    r"(?:今天|明天|明早|后天|大后天|[这下]{0,2}周[一二三四五六日天]|下?礼拜[一二三四五六日天]|下?星期[一二三四五六日天]|月[底初]"
    r"|(?:\d{1,2}月)?\d{1,2}[号日]|[一二两三四五六七八九十\d]{1,2}天[之以]?后)(?:上午|中午|下午|晚上)?"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A whole message: who may mean it and which deed it is; named groups become slots."""

    intent: str
    roles: frozenset[Role]
    pattern: re.Pattern[str]


def _phrase(intent: str, roles: frozenset[Role], pattern: str) -> Phrase:
    return Phrase(intent, roles, re.compile(pattern, re.IGNORECASE | re.DOTALL))


PHRASES: Final[Sequence[Phrase]] = (
    _phrase(
        "accept_dispatch",
        FIELD,
        r"(?:好的?|行|嗯+|可以|ok|没问题|收到)?[\s,，]*(?:那?我)?来?接(?:过来|了|单|下|手)?(?:吧|了)?",
    ),
    _phrase(
        "note_hours",
        FIELD,
        _NO + r"(?:一共|总共|共|大概)?(?:干|修|弄|用|花|忙|工时)(?:了|是|:|：)?\s*"
        rf"(?P<hours>{HOURS})\s*(?:个)?(?P<half>半)?(?P<unit>小时|钟头|分钟)(?P<more>半)?",
    ),
    _phrase(
        "be_late",
        FIELD,
        _NO + rf".{{0,20}}?晚(?:到|个)?(?:大概|差不多)?\s*(?P<hours>{HOURS})\s*个?"
        r"(?P<half>半)?(?P<unit>小时|钟头|分钟|刻钟)(?P<more>半)?.{0,20}",
    ),
    _phrase(
        "be_late",
        FIELD,
        _NO + r"(?:.{0,10}(?:要|会|得|可能|估计)晚(?:一?点|一会儿?|些)|(?:路上|现在)?堵(?:车|死|住)?了?"
        r"|.{0,10}(?:赶不过来|赶不上)了?)"
        r"(?:到|了|过去)?(?:[\s,，].{0,20})?",
    ),
    _phrase("depart", FIELD, _NO + r"(?:我?已经?)?(?:在?(?:路上|来的路上|去的路上)|(?:正?在)?(?:赶过去|往那边赶))了?"),
    _phrase("arrive", FIELD, _NO + r"(?:我)?(?:进(?:来|去|门|厂)|放行|让进)了"),
    _phrase(
        "block_visit",
        FIELD,
        _NO + r"(?:我?已经?)?到(?:现场|厂里|门口|客户(?:那|这)(?:边|里))?了?[\s,，]*(?:可是|但是?)?"
        r"(?:没有?人|找不到人|(?:客户|人)不在|(?:门锁|关|锁)着?(?:门|了)|没人接电话|联系不上).{0,40}",
    ),
    _phrase(
        "swap_serial",
        FIELD,
        _NO + r"(?:换下来?的|旧的?|拆下来?的)?\s*(?P<part>[^\sA-Za-z0-9]{0,12}?)(?:序列号|编号|号)?[是:：\s]*"
        r"(?P<old>[A-Za-z0-9][A-Za-z0-9\-_/]{2,40})[\s,，]*(?:换成|换为|→|->|，?新的?(?:序列号|编号|号)?(?:是|:|：)?)\s*(?:了)?\s*"
        r"(?P<new>[A-Za-z0-9][A-Za-z0-9\-_/]{2,40})",
    ),
    _phrase(
        "read_counter",
        FIELD | DESKS,
        r"(?P<product>[A-Za-z0-9]{2,12})?\s*(?:序列号\s*(?P<serial_no>[A-Za-z0-9\-]{4,40})\s*)?"
        r"(?:(?:已经?|累计)?运行(?:到|了)?\s*(?P<hours>\d{1,6})\s*(?:个)?小时(?:了)?"
        r"|(?:计数器|小时表|计时器|运行(?:小时数?|时间|时长))(?:读数)?(?:到|是|为|:|：)?\s*(?P<read>\d{1,6})\s*(?:个?小时|h)?)",
    ),
    _phrase(
        "relabel_equipment",
        FIELD | DESKS,
        r"(?:给|把)?(?:换码|换个?(?:新)?(?:二维)?码|换(?:个|张)?(?:新)?(?:设备)?标签|重打(?:二维)?码|码贴错了?"
        r"|(?:二维码|标签)(?:坏|丢|掉|破|贴错|磨花|看不清)了?)[\s,，:：]*"
        r"(?:序列号)?\s*(?P<serial_no>[A-Za-z0-9][A-Za-z0-9\-_/]{3,40})?",
    ),
    _phrase(
        "print_labels",
        FIELD | DESKS | _STORES,
        r"(?:打印?|印)(?:一?下|几张|一批|张)?(?:设备)?(?:标签|二维码|码)(?:[\s,，:：].{0,40})?|(?:设备)?标签(?:页|怎么打印?|在哪(?:里)?打印?|打印)[?？]?",
    ),
    _phrase(
        "retire_equipment",
        DESKS,
        r"(?:设备)?(?:报废|停用|退役)[\s,，:：]*(?:设备)?(?:序列号)?\s*(?P<serial_no>[A-Za-z0-9][A-Za-z0-9\-_/]{3,40})(?:了)?",
    ),
    _phrase(
        "similar_faults",
        FIELD | DESKS,
        r"(?P<fault>[A-Za-z]{1,3}-?\d{2,4}|[^\s,，?？]{2,12}?)(?:这个|这种)?(?:报警|故障|毛病|问题)?(?:以前|之前|上次|一般)"
        r"(?:都?是?)(?:怎么|咋|如何)(?:修|处理|弄|解决|搞定?)(?:好)?的?[?？]?",
    ),
    _phrase(
        "return_part",
        FIELD,
        rf"(?:我)?(?:调|拨|匀|转)\s*(?P<count>{COUNT}){_UNIT}(?P<part>[^\s,，]{{2,20}}?)(?:给|到)(?P<staff>[^\s,，]{{2,4}}?)(?:车上|那边)?",
    ),
    _phrase(
        "return_part",
        FIELD,
        rf"(?P<part>[^\s,，给]{{2,20}}?)\s*(?:调|拨|匀|转)?给\s*(?P<staff>[^\s,，\d]{{2,4}}?)\s*(?P<count>{COUNT}){_UNIT}(?:了)?",
    ),
    _phrase(
        "give_part",
        _STORES,
        rf"(?P<part>[^\s,，给]{{2,20}}?)\s*(?:发|拿|领|出库|调)?给(?:了)?\s*(?P<staff>[^\s,，\d]{{2,4}}?)\s*(?P<count>{COUNT}){_UNIT}(?:了)?",
    ),
    _phrase(
        "give_part",
        _STORES,
        rf"(?:发|拿|给|出库)?给?\s*(?P<staff>[^\s,，\d]{{2,4}}?)\s*(?:来)?(?:发|拿|领|出库|带)?(?:走|了)*\s*"
        rf"(?P<count>{COUNT}){_UNIT}(?P<part>[^\s,，]{{2,20}}?)(?:走?了)?",
    ),
    _phrase("note_cause", FIELD, _NO + r"(?:故障)?原因(?:是|：|:|\s)\s*(?P<words>.{2,60})"),
    _phrase("note_action", FIELD, _NO + r"(?:处理|维修)(?:方法|措施|办法)(?:是|：|:|\s)\s*(?P<words>.{2,60})"),
    _phrase(
        "receive_part",
        _STORES | DESKS,
        rf"(?:到货|入库|进货)[\s:：]*(?P<part>\S{{2,40}}?)[\s*×x]*(?P<count>{COUNT}){_UNIT}",
    ),
    _phrase("out_of_stock", _STORES, r"(?:现在|主库|仓库里?)?(?:都)?(?:缺货|没货|没有货)了?"),
    _phrase("out_of_stock", _STORES, rf"(?:预计|大概|估计|要|得)?(?P<words>{DAY})(?:左右|才)?能?(?:到货?|来货|有货)"),
    _phrase(
        "own_van",
        FIELD,
        r"(?:我的?)?车上(?:现在|还)?都?(?:有|剩)(?:哪些|些?什么|些?啥)(?:备件|配件|件|料|东西)?了?[?？]?"
        r"|(?:我的?)?车上的?(?:备件|库存)(?:清单|列表)?[?？]?",
    ),
    _phrase(
        "query_stock",
        FIELD | _STORES | DESKS | frozenset({Role.SALES}),
        r"查(?:一?下)?(?:一?下)?(?:备件)?库存[\s:：]*(?P<part>[^\s,，?？]{2,20}?)(?:的|吧)?[?？]?",
    ),
    _phrase("count_part", _STORES, r"(?:开始|要)?盘点(?:一?下)?(?:库存|备件|仓库|主库)?"),
    _phrase(
        "count_part",
        _STORES | FIELD,
        rf"盘点[\s,，:：]*(?P<part>[^\s,，]{{2,40}}?)[\s,，]*(?:实际|实有|一共|还有|是|有|剩|共)*\s*(?P<count>\d{{1,7}}|{COUNT}){_UNIT}",
    ),
    _phrase(
        "count_part",
        _STORES | FIELD,
        rf"(?P<part>[^\s,，]{{2,40}}?)[\s,，]*盘点(?:实际|实有|是|有|为|了|:|：)*\s*(?P<count>\d{{1,7}}|{COUNT}){_UNIT}",
    ),
    _phrase(
        "low_parts",
        _STORES | DESKS | FIELD,
        r"(?:有)?(?:哪些|什么|啥|哪几[个种样])(?:备件|配件|件|东西)?(?:都)?(?:快|要|该|需要|得)?(?:没了|没货了?|用完了?|不够了?|不足|缺货|补货?了?|进货)"
        r"(?:的)?(?:有哪些)?[?？]?|(?:低库存|库存不足|缺货|要补的?)(?:的)?(?:备件|配件)(?:有哪些|列表|清单)?[?？]?",
    ),
    _phrase(
        "find_services",
        FIELD | DESKS | frozenset({Role.SALES}),
        r"(?:查|找|搜)(?:一?下)?(?:工单|服务记录|维修记录|报修记录?)[\s:：]*(?P<about>[^\s?？][^?？]{1,40}?)[?？]?",
    ),
    _phrase(
        "find_services",
        FIELD | DESKS | frozenset({Role.SALES}),
        r"(?:查|找|搜)?(?:哪些|什么|哪几[个单台])?(?:工单|机器|设备)?(?:都)?(?:换|用)过(?P<about>[^\s的?？]{2,20}?)(?:的)?(?:工单|记录|机器|设备)?(?:有哪些)?[?？]?",
    ),
    _phrase(
        "find_services",
        FIELD | DESKS | frozenset({Role.SALES}),
        r"(?P<about>[^\s,，的?？]{3,40})\s*的?(?:工单|服务记录|维修记录)(?:有哪些)?[?？]?",
    ),
    _phrase(
        "query_stock",
        FIELD | _STORES,
        r"(?:.{0,30}[\s,，])?(?:我?车上|仓库里?|库里|库房|主库)(?:还|现在)?有(?:没有|没|多少|几个)"
        r"(?P<part>[^\s,，?？]{2,20}?)[了吗]?[?？]?",
    ),
    _phrase(
        "query_stock",
        FIELD | _STORES,
        r"(?:查(?:一下)?)?(?P<part>[^\s,，?？]{2,20}?)(?:还|现在)?(?:有货|有没有货?|还有(?:多少|几个|没有|吗)|库存(?:还?有?多少)?)"
        r"(?:吗|没有?|呢)?[?？]?",
    ),
    _phrase(
        "list_requests",
        _STORES | DESKS,
        r"(?:查?看?一?下?)?待出库(?:的)?(?:备件|单子|列表)?[?？]?|备件申请(?:列表)?[?？]?",
    ),
    _phrase(
        "issue_part",
        _STORES | DESKS,
        r"(?:已经?|都)?出库(?:了)?|(?:出库|发)[\s:：]*(?P<part>\S{2,40}?)(?:[\s*×x]*\d+" + _UNIT + r")?",
    ),
    _phrase("answer_ticket", DESKS, _NO + r"(?:答复|处理结果|已解决)[\s:：,，]+(?P<words>.{2,300})"),
    _phrase(
        "respond_ticket",
        DESKS,
        _NO + r"(?:我)?已(?:经)?(?:联系|回复|回电|致电|安抚)(?:了)?(?:客户|对方)?(?:了)?[\s,，:：]*(?P<words>.{0,300})",
    ),
    _phrase("settle_job", DESKS, r"结案\s*" + _NO + r"[\s,，:：]*(?P<reason>.{0,200})"),
    _phrase(
        "dispatch_board",
        DESKS,
        r"(?:查?看?一?下?)?(?:派单|派工|调度|工单)(?:看板|总览|大盘|面板)[?？]?|(?:还有)?几单没派[?？]?",
    ),
    _phrase(
        "dispatch_board",
        _SERVICE_DESK,
        r"(?:今天|现在|明天)?(?:谁|哪个师傅|哪个工程师)(?:有空|闲着|没活)[?？]?"
        r"|(?:各|每个|大家|所有)(?:工程师|师傅)?(?:手上|手头)?各?有?(?:几|多少)单[?？]?",
    ),
    _phrase(
        "my_jobs",
        FIELD,
        r"(?:查?看?一?下?)?我的?(?:工单|单子|派工|派单|活)(?:有?哪些|列表)?[?？]?"
        r"|我?(?:今天|明天|现在|手上|手头)*还?(?:有|剩)(?:几|多少|哪些)个?(?:工单|单子?|张单|活)(?:没(?:干|修|跑|完成?))?[?？]?",
    ),
    _phrase(
        "staff_jobs",
        DESKS,
        r"(?P<staff>\S{2,4}?)(?:手上|手头|名下|那边|今天|现在)+还?有?(?:几|多少|哪些)个?(?:工单|单子?|张单|活)[?？]?"
        r"|(?P<busy>\S{2,4}?)(?:现在|今天)?在(?:干|忙|修|跑)(?:啥|什么|嘛|么|哪家|哪单)[?？]?",
    ),
    _phrase(
        "urge_engineer",
        DESKS,
        r"(?:帮我)?催(?:一催|一下|一声|下|促)?\s*(?P<staff>[^\s,，]{2,4}?)(?:那单|的单子?)?(?:吧)?",
    ),
    _phrase(
        "about_job",
        FIELD,
        _NO + r"(?:这[台个单家])?(?:客户|现场|对方|联系人)?的?(?P<phone>电话|手机号?|号码|联系方式|联系人)"
        r"(?:是?多少|是?啥|是?什么|是?谁|呢|给我|发我)?(?:一下)?[?？]?",
    ),
    _phrase(
        "about_job",
        FIELD,
        _NO + r"(?:这[台个单家])?(?:客户|现场|机器|设备)?的?(?P<site>地址|位置|在哪个?(?:里|儿|车间|地方)?|怎么走)"
        r"(?:是?在?哪[里儿]?|是?多少|是?什么|呢|给我|发我)?(?:一下)?[?？]?",
    ),
    _phrase(
        "about_job",
        FIELD,
        _NO + r"(?:这[台个单家]?)?(?:机器|设备)?还?(?P<warranty>在不在保|在保|过保|质保|保修)修?期?内?了?"
        r"(?:吗|没有?|不|到(?:什么时候|哪天|几号)|还有多久)?[?？]?",
    ),
    _phrase(
        "about_job",
        FIELD,
        _NO + r"(?:这(?:个|家)?)?(?:客户|联系人|对方|老板|现场的?人|那边)?的?人?"
        r"(?P<temper>脾气|性格|好不好(?:说话|打交道|相处)|好说话|难不难缠|什么性子)(?:怎么样|如何|咋样|好不好|吗|呢)?[?？]?",
    ),
    _phrase(
        "about_job",
        FIELD,
        _NO + r"(?:销售|业务(?:员)?|我们|咱们|之前|以前|有没有|\S{2,3}(?=答应|承诺|许诺))*"
        r"(?:都|有)?(?:给|跟|对)?(?:客户)?(?:都)?"
        r"(?P<promises>答应|承诺|许诺)(?:过|了)?(?:客户|人家)?(?:什么|啥|哪些|些什么)?(?:没有?|吗)?[?？]?",
    ),
    _phrase(
        "equipment_history",
        FIELD,
        r"(?:查?看?一?下?)?(?:这[台个]?(?:机器|设备)?的?)?(?:最近|上|前|以前|之前)的?(?:[一二两三四五几\d]{1,2}次)?的?(?:服务|维修|保养)"
        r"(?:记录)?(?:都?(?:是|修|做)了?(?:什么|啥))?[?？]?",
    ),
    _phrase(
        "equipment_history",
        FIELD,
        r"(?:帮我)?(?:[看查](?:一?下)?)?这[台个]?(?:机器|设备)?(?:以前|之前|上次|原来|都)?(?:修过|坏过|换过|是?谁修的|是?怎么修的|修的(?:什么|啥))"
        r"(?:几次|什么|啥|哪些件?)?(?:吗|没有?)?[?？]?",
    ),
    _phrase(
        "engineer_score",
        FIELD,
        r"我的?(?P<period>本月|这个?月|上个?月|本周|这周|上周|今年|本季度|上季度)?的?"
        r"(?:评分|得分|打分|好评率?|一次修好率|成绩|业绩|修了(?:几|多少)[台单次个])(?:怎么样|是?多少|呢)?[?？]?",
    ),
    _phrase(
        "service_report",
        DESKS | FIELD | frozenset({Role.SALES}),
        rf"(?:查?看?一?下?)?(?P<period>{_PERIOD})?的?"
        r"(?:服务|售后|维修)(?:报表|情况|数据|统计|分析|质量)(?:怎么样|如何)?[?？]?",
    ),
    _phrase(
        "service_report",
        DESKS,
        rf"(?:查?看?一?下?)?(?P<period>{_PERIOD})?的?(?:(?:各个?|每个?|所有)[种款]?(?:型号|机型|机器|设备|备件|批次)的?(?:故障|维修|更换)(?:率|情况|统计|排名|次数)?"
        r"|故障率(?:最高的?.{0,4}|统计|排名|怎么样|是?多少)?|(?:各|每)?批次(?:故障率?|质量)(?:怎么样|情况)?|(?:上门)?准时率(?:是?多少|怎么样)?|哪[个种款](?:型号|机型|机器|设备|备件)(?:的?故障|坏|修|换)?[得的]?率?最[多高]"
        r"|投诉(?:的)?(?:响应|首答|回复|处理)(?:时间|速度|情况)?(?:怎么样|是?多少|多久)?|一次修好率(?:是?多少|怎么样)?)[?？]?",
    ),
)
"""Read before the reader: nothing of it means anything else to these roles."""
