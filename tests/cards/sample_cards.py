"""Cards as the builders make them, one of every shape the renderers have to draw."""

from __future__ import annotations

from cards.action import Action, ActionCodec
from cards.card import Button, Card, Choice, Field, Option, Style, Tone

CODEC = ActionCodec(b"0123456789abcdef")
PAGE = "https://crm.example.com/m/1"

HOSTILE = (
    '<a href="https://evil.example">同意</a> @all $userName=boss$ [点我](https://evil.example) **急** <@boss>\n# 假标题'
)


def deed(text, verb, subject="approval:12", *, style=Style.PLAIN, typed=""):
    return Button(text=text, action=Action(verb=verb, subject=subject, version=3), style=style, typed=typed)


INQUIRY = Card(
    kind="inquiries.confirm",
    subject="inquiry:7",
    version=1,
    title="确认询价",
    subtitle="华东阀门厂",
    status="待确认",
    fields=(
        Field(label="产品", value="DN50 球阀"),
        Field(label="数量", value="20 台"),
        Field(label="电话", value="13800008000", url="tel:13800008000"),
    ),
    notes=("按“球阀”理解，如不对请改",),
    buttons=(
        deed("保存", "save", "inquiry:7", style=Style.PRIMARY, typed="保存"),
        deed("修改", "edit", "inquiry:7", typed="修改"),
        deed("取消", "drop", "inquiry:7", style=Style.DANGER, typed="取消"),
    ),
)

APPROVAL = Card(
    kind="quotes.approval",
    subject="approval:12",
    version=3,
    title="报价审批 Q-2026-0012",
    subtitle="华东阀门厂",
    status="待你审批",
    tone=Tone.WARN,
    headline="¥ 586,000.00",
    fields=(
        Field(label="申请人", value="陈静"),
        Field(label="折扣", value="18%", tone=Tone.BAD),
        Field(label="报价单", value="查看", url="https://crm.example.com/m/q/12"),
    ),
    quote="客户是老客户，\n这单要抢下来",
    notes=("规则：折扣超过 15% 需经理审批",),
    choices=(
        Choice(
            key="reason",
            title="意见",
            options=(Option(id="ok", text="价格合适"), Option(id="low", text="折扣过低")),
            selected=("ok",),
        ),
    ),
    buttons=(
        deed("同意", "approve", style=Style.PRIMARY, typed="同意 12"),
        deed("驳回", "reject", style=Style.DANGER, typed="驳回 12"),
        Button(text="对比", url="https://crm.example.com/m/q/12/diff"),
    ),
    url=PAGE,
)

DECIDED = Card(
    kind="quotes.approval",
    subject="approval:12",
    version=4,
    title="报价审批 Q-2026-0012",
    status="已同意",
    tone=Tone.GOOD,
    headline="¥ 586,000.00",
    fields=(Field(label="申请人", value="陈静"),),
    choices=APPROVAL.choices,
    outcome="周敏 已同意 14:32",
    url=PAGE,
)

DISPATCH = Card(
    kind="service.dispatch",
    subject="ticket:1001",
    version=2,
    title="派工单 WO-1001",
    subtitle="今天 14:00",
    fields=(Field(label="客户", value="华东阀门厂"), Field(label="地址", value="上海市松江区某路 100 号")),
    buttons=(
        deed("接单", "accept", "ticket:1001", style=Style.PRIMARY),
        deed("拒单", "decline", "ticket:1001", style=Style.DANGER),
        Button(text="导航", url="https://crm.example.com/map/1001"),
    ),
    url=PAGE,
)

NOTICE = Card(
    kind="orders.progress",
    subject="order:5",
    version=1,
    title="订单已发货",
    headline="明天 10:00 到",
    fields=(Field(label="单号", value="SO-5"),),
    buttons=tuple(Button(text=f"链接{n}", url=f"https://crm.example.com/{n}") for n in range(1, 6)),
    url=PAGE,
)

PICTURE = Card(
    kind="service.photo",
    subject="ticket:1001",
    version=1,
    title="现场照片已归档",
    headline="2 张",
    notes=("客户已签字",),
    url=PAGE,
    picture_url="https://crm.example.com/p.jpg",
)

VOTE = Card(
    kind="service.check",
    subject="ticket:1001",
    version=1,
    title="现场检查",
    subtitle="华东阀门厂",
    choices=(
        Choice(
            key="items",
            title="已完成的项目",
            options=(Option(id="power", text="已断电"), Option(id="leak", text="无渗漏")),
            selected=("leak",),
            many=True,
        ),
    ),
    submit=deed("提交", "check", "ticket:1001", style=Style.PRIMARY),
    buttons=(deed("转派", "reassign", "ticket:1001", typed="转派 1001 给"),),
    url=PAGE,
)

MULTIPLE = Card(
    kind="customers.visit",
    subject="visit:3",
    version=1,
    title="填写拜访结果",
    subtitle="华东阀门厂",
    choices=tuple(
        Choice(
            key=f"q{n}",
            title=f"问题{n}",
            options=(Option(id="y", text="是"), Option(id="n", text="否")),
            selected=("n",),
        )
        for n in range(1, 5)
    ),
    submit=deed("提交", "report", "visit:3"),
    url=PAGE,
)

LONG = Card(
    kind="t",
    subject="approval:12",
    version=3,
    title="长" * 50,
    subtitle="副" * 60,
    status="状" * 30,
    headline="头" * 40,
    fields=(
        Field(label="六个字的标签", value="短"),
        Field(label="备注", value="值" * 40),
        *(Field(label=f"行{n}", value=str(n)) for n in range(9)),
    ),
    quote="引" * 300,
    notes=tuple(f"注{n}" * 20 for n in range(5)),
    buttons=(
        *(deed(f"很长很长的按钮文字{n}", f"do{n}", typed=f"做 {n}") for n in range(8)),
        Button(text="链接", url="https://crm.example.com/x"),
    ),
    url=PAGE,
)

EVIL = Card(
    kind="t",
    subject="approval:12",
    version=3,
    title=HOSTILE,
    subtitle=HOSTILE,
    status=HOSTILE,
    headline=HOSTILE,
    fields=(Field(label=HOSTILE, value=HOSTILE), Field(label="客户", value="<a href=x>")),
    quote=HOSTILE,
    notes=(HOSTILE,),
    buttons=(deed(HOSTILE, "approve", typed=HOSTILE),),
)

PLAIN = Card(
    kind="value.tip",
    subject="tip:1",
    version=1,
    title="今日提醒",
    status="3 条待办",
    tone=Tone.WARN,
    fields=(Field(label="最急", value="WO-1001", tone=Tone.BAD),),
    quote=HOSTILE,
    notes=("每天 8:30 发送",),
)

CARDS = {
    "inquiry": INQUIRY,
    "approval": APPROVAL,
    "decided": DECIDED,
    "dispatch": DISPATCH,
    "notice": NOTICE,
    "picture": PICTURE,
    "vote": VOTE,
    "multiple": MULTIPLE,
    "long": LONG,
    "evil": EVIL,
    "plain": PLAIN,
}
