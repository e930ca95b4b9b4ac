"""Cards as DingTalk's template gets them: golden files, limits, and text that wants to be more than text (R-84).

``GOLDEN=write pytest …`` rewrites the golden files; read the difference before you commit it.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from cards.action import Action, ActionCodec
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.render.dingtalk import MESSAGE_MAX, VALUE_MAX, VARIABLES, render, render_fallback
from cards.render.dingtalk_template import PATH, template

GOLDEN = Path(__file__).parent / "golden" / "dingtalk"
CODEC = ActionCodec(b"0123456789abcdef")


def deed(verb, subject="approval:12", **args):
    return Action(verb=verb, subject=subject, version=3, args=args)


APPROVAL = Card(
    kind="quotes.approval",
    subject="approval:12",
    version=3,
    title="报价待审批",
    subtitle="华东精工 · Q-2026-0012",
    status="待审批",
    tone=Tone.WARN,
    headline="¥128,000.00",
    fields=(
        Field(label="客户", value="华东精工有限公司"),
        Field(label="折扣", value="12%（超过 10% 需经理审批）", tone=Tone.WARN),
        Field(label="电话", value="13800138000", url="tel:13800138000"),
    ),
    quote="客户希望本周内定下来，\n竞争对手报 12 万",
    notes=("规则：折扣超过 10%", "同意后自动发给客户"),
    buttons=(
        Button(text="同意", action=deed("approve"), style=Style.PRIMARY, typed="同意 A12"),
        Button(text="驳回", action=deed("reject"), style=Style.DANGER, typed="驳回 A12"),
        Button(text="改价", action=deed("counter", by="10"), typed="改价 A12"),
    ),
    url="https://crm.example.com/m/quotes/12",
)
ASSIGN = Card(
    kind="service.assign",
    subject="ticket:7",
    version=2,
    title="派工",
    choices=(
        Choice(
            key="engineer",
            title="谁去",
            options=(Option(id="u1", text="王强"), Option(id="u2", text="李雷（外出）")),
            selected=("u1",),
        ),
        Choice(key="tools", title="带什么", options=(Option(id="t1", text="万用表"),), selected=("t1",), many=True),
    ),
    submit=Button(text="派给他", action=deed("assign", "ticket:7"), typed="派 7 给 王强"),
    url="https://crm.example.com/m/tickets/7",
)
HOSTILE = (
    '[点我](https://evil.example) ![x](http://e.co/x.png) <a atId="all">全体</a> @所有人 '
    "<font color=red>已同意</font>\n"
    "# 标题\n> 引用\n1. 一\n- 二\n`code` **粗** ~~删~~ _斜_ "
    "dtmd://dingtalkclient/sendMessage?content=%E5%90%8C%E6%84%8F www.evil.example ${btns} "
    "\x00\u202e\ud800 | a | &lt;a href=x&gt; mailto:a@b.c"
)
CARDS = {
    "approval": APPROVAL,
    "decided": Card(
        kind="quotes.approval",
        subject="approval:12",
        version=4,
        title="报价已审批",
        status="已同意",
        tone=Tone.GOOD,
        fields=APPROVAL.fields,
        buttons=APPROVAL.buttons,
        choices=ASSIGN.choices,
        submit=ASSIGN.submit,
        outcome="周敏 已同意 14:32",
        url=APPROVAL.url,
    ),
    "assign": ASSIGN,
    "bare": Card(kind="notice", subject="x:1", version=1, title="提醒"),
    "links": Card(
        kind="report",
        subject="report:1",
        version=1,
        title="日报",
        tone=Tone.MUTED,
        buttons=(
            Button(text="按人看", url="https://crm.example.com/m/r/1?by=(person)&a=1"),
            Button(text="按客户看", url="https://crm.example.com/m/r/1?by=customer"),
        ),
        url="https://crm.example.com/m/r/1",
    ),
    "long": Card(
        kind="quotes.approval",
        subject="approval:13",
        version=1,
        title="很长的标题" * 30,
        subtitle="副标题" * 300,
        status="状态" * 30,
        headline="¥1,280,000.00",
        fields=tuple(Field(label=f"第{n}项", value="很长的说明👨‍👩‍👧" * (n * 4)) for n in range(1, 12)),
        quote="客户原话" * 100,
        notes=("备注" * 50, "又一条" * 50),
        buttons=tuple(Button(text=f"动作按钮{n}", action=deed(f"do{n}")) for n in range(1, 16)),
        url="https://crm.example.com/m/quotes/13",
    ),
    "many_options": Card(
        kind="service.assign",
        subject="ticket:8",
        version=1,
        title="派工",
        choices=(
            Choice(key="who", title="谁去", options=tuple(Option(id=f"u{n}", text=f"工程师{n}") for n in range(60))),
        ),
        submit=Button(text="派给他", action=deed("assign", "ticket:8")),
    ),
    "hostile": Card(
        kind="x",
        subject="x:1",
        version=1,
        title=HOSTILE,
        subtitle=HOSTILE,
        status=HOSTILE,
        headline=HOSTILE[:40],
        fields=(
            Field(label=HOSTILE[:20], value=HOSTILE),
            Field(label="网址", value="](x)", url="https://a.example/(x) y"),
        ),
        quote=HOSTILE,
        notes=(HOSTILE,),
        buttons=(Button(text='"},{"text":"x', action=deed("go")),),
        outcome="",
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_golden(name):
    key, param = render_fallback(CARDS[name])
    drawn = {"card": render(CARDS[name], CODEC), "fallback": {"msgKey": key, "msgParam": param}}
    text = json.dumps(drawn, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CARDS)
def test_every_value_is_a_short_string(name):
    drawn = render(CARDS[name], CODEC, toast="你不是审批人" * 200)
    assert tuple(drawn) == VARIABLES
    assert all(isinstance(value, str) for value in drawn.values())
    assert max(len(value.encode()) for value in drawn.values()) <= VALUE_MAX
    for variable in ("btns", "btns2", "form"):
        json.loads(drawn[variable])
    assert len(json.dumps(render_fallback(CARDS[name])[1], ensure_ascii=False).encode()) <= MESSAGE_MAX


def test_buttons_carry_their_action():
    drawn = render(APPROVAL, CODEC)
    buttons = [*json.loads(drawn["btns"]), *json.loads(drawn["btns2"])]
    assert [each["text"] for each in buttons] == ["同意", "驳回", "改价", "查看详情"]
    assert [each["color"] for each in buttons] == ["blue", "red", "gray", "gray"]
    params = buttons[2]["event"]["params"]
    assert (params["actionId"], CODEC.unpack(params["params"]["a"])) == ("counter", deed("counter", by="10"))


def test_links_are_given_up_before_deeds():
    drawn = render(CARDS["long"], CODEC)
    buttons = [*json.loads(drawn["btns"]), *json.loads(drawn["btns2"])]
    assert [each["text"] for each in buttons] == [f"动作按钮{n}" for n in range(1, len(buttons) + 1)]
    assert 6 <= len(buttons) < 15


def test_a_form_carries_its_action_and_what_is_ticked():
    fields = json.loads(render(ASSIGN, CODEC)["form"])["fields"]
    assert [(each["name"], each["type"]) for each in fields] == [
        ("engineer", "SELECT"),
        ("tools", "MULTI_SELECT"),
        ("a", "TEXT"),
    ]
    assert fields[0]["defaultValue"] == {"index": 0, "value": "u1"}
    assert fields[1]["defaultValue"] == {"index": [0], "value": ["t1"]}
    assert CODEC.unpack(fields[2]["defaultValue"]) == deed("assign", "ticket:7")
    assert fields[2]["hidden"] is True


def test_an_outcome_takes_the_buttons_away():
    drawn = render(CARDS["decided"], CODEC)
    assert (drawn["btns"], drawn["btns2"], drawn["form"]) == ("[]", "[]", '{"fields":[]}')
    assert drawn["outcome"] == "周敏 已同意 14:32"
    assert drawn["content"].endswith("[查看详情](https://crm.example.com/m/quotes/12)")


def test_hostile_text_stays_text():
    """R-84: the only link is the one of our own field; no tag, image, mention, heading or scheme of the user's."""
    drawn = render(CARDS["hostile"], CODEC)
    fallback = render_fallback(CARDS["hostile"])[1]
    for text in (drawn["content"], drawn["subtitle"], drawn["outcome"], fallback["text"]):
        ours = text.replace("](https://a.example/%28x%29%20y)", "")
        assert not re.search(r"\]\(|<[a-zA-Z/]|!\[|://|www\.|~~|`|@所有人|@all|\$\{|\x00|\u202e|[\ud800-\udfff]", ours)
        assert not re.search(r"^(?:\d+\.|-|=)\s", ours, re.MULTILINE)
    assert "${" not in drawn["title"] + drawn["status"]


def test_fallback_names_what_can_be_typed():
    key, param = render_fallback(APPROVAL)
    assert key == "sampleActionCard"
    assert (param["singleTitle"], param["singleURL"]) == ("查看详情", APPROVAL.url)
    assert "可以直接回复：「同意 A12」，「驳回 A12」，「改价 A12」" in param["text"]
    assert render_fallback(CARDS["links"])[0] == "sampleActionCard3"
    assert render_fallback(CARDS["bare"])[0] == "sampleMarkdown"


def test_the_shipped_template_is_the_generated_one():
    assert PATH.read_text(encoding="utf-8") == template()


def test_the_template_declares_and_binds_every_variable():
    envelope = json.loads(template())
    assert {name: envelope[name] for name in ("type", "mode", "widgetInfo")} == {
        "type": "im",
        "mode": "card",
        "widgetInfo": "",
    }
    editor = json.loads(envelope["editorData"])
    assert editor["schemaVersion"] == "3.0.0"
    declared = {each["name"]: each["type"] for each in editor["variableList"]}
    assert list(declared) == list(VARIABLES) == list(render(APPROVAL, CODEC))
    assert (declared["content"], declared["btns"], declared["form"]) == ("markdown", "buttonGroup", "form")
    tree = json.dumps(editor["schema"]["componentsTree"])
    for name in set(VARIABLES) - {"toast"}:
        assert f'"variable": "{name}"' in tree or f"${{{name}}}" in tree, name
    used = set(re.findall(r'"componentName": "(\w+)"', tree))
    assert used == {each["componentName"] for each in editor["schema"]["componentsMap"]}
