"""A card as part of a page: everything is shown, nothing in it is HTML (R-84)."""

from __future__ import annotations

import re

from cards.action import Action, ActionCodec
from cards.card import Button, Card, Choice, Field, Option, Style, Tone
from cards.render.html import Form, render

CODEC = ActionCodec(b"a secret of the tests")
FORM = Form(address="/m/act", hidden={"token": "t", "nonce": 'n"<'})
NASTY = """<script>alert(1)</script>'"&<img src=x onerror=y>"""
APPROVE = Action(verb="approve_step", subject="approval:7", version=3)


def card(**more) -> Card:
    return Card(**{"kind": "approvals.decide", "subject": "approval:7", "version": 3, "title": "报价", **more})


def test_the_whole_card_is_there():
    shown = render(
        card(
            subtitle="SP-2611-0007",
            status="审批中",
            tone=Tone.WARN,
            headline="¥300,200.00",
            fields=(Field(label="客户", value="恒力", tone=Tone.BAD), Field(label="电话", value="138", url="tel:138")),
            quote="第一行\n第二行",
            notes=("规则：常规报价",),
            url="https://crm.example.com/m/approvals/7",
        ),
        CODEC,
        FORM,
    )
    assert re.sub(r"<[^>]+>|\s+", " ", shown).split() == [
        "SP-2611-0007", "报价", "审批中", "¥300,200.00", "客户", "恒力", "电话", "138", "第一行",
        "第二行", "规则：常规报价",
    ]  # fmt: skip
    assert '<article class="sheet-card warn">' in shown
    assert '<div class="bad">' in shown
    assert '<a href="tel:138">138</a>' in shown
    assert "第一行\n第二行" in shown
    assert "<form" not in shown


def test_nothing_a_person_wrote_becomes_markup():
    shown = render(
        card(
            title=NASTY,
            subtitle=NASTY,
            status=NASTY,
            headline=NASTY,
            quote=NASTY,
            notes=(NASTY,),
            fields=(Field(label=NASTY, value=NASTY, url="javascript:alert(1)"),),
            choices=(Choice(key="why", title=NASTY, options=(Option(id="a", text=NASTY),)),),
            submit=Button(text=NASTY, action=APPROVE),
            buttons=(Button(text=NASTY, url="javascript:alert(1)"), Button(text=NASTY, url="data:text/html,x")),
            picture_url="javascript:alert(1)",
        ),
        CODEC,
        FORM,
    )
    tags = set(re.findall(r"</?([a-z0-9]+)", shown))
    assert tags <= {
        "article", "header", "p", "h1", "b", "dl", "div", "dt", "dd", "blockquote", "ul", "li", "form", "input",
        "label", "span", "select", "option", "button",
    }  # fmt: skip
    assert "javascript:" not in shown
    assert "data:" not in shown
    assert 'value="n&#34;&lt;"' in shown


def question(key: str, *options: str, **more) -> Choice:
    return Choice(key=key, title=key, options=tuple(Option(id=each, text=each) for each in options), **more)


def test_every_button_sends_the_one_form_with_the_weightiest_first():
    reject = Action(verb="reject_step", subject="approval:7", version=3)
    shown = render(
        card(
            choices=(
                question("reason", "margin", "other"),
                question("parts", "a", "b", selected=("b",), many=True),
                question("discount", "95", "90", selected=("90",)),
            ),
            submit=Button(text="驳回", action=reject, style=Style.DANGER),
            buttons=(
                Button(text="同意", action=APPROVE, style=Style.PRIMARY),
                Button(text="看报价", url="https://crm.example.com/m/quotes/1"),
            ),
        ),
        CODEC,
        FORM,
    )
    assert shown.count("<form") == 1
    pressed = re.findall(r'<button class="(\w+)" name="action" value="([^"]+)">([^<]+)<', shown)
    assert [(style, CODEC.unpack(packed).verb, text) for style, packed, text in pressed] == [
        ("primary", "approve_step", "同意"),
        ("danger", "reject_step", "驳回"),
    ]
    assert re.findall(r'<select name="([^"]+)">\s*<option value="([^"]*)"', shown) == [
        ("choice.reason", ""),
        ("choice.discount", "95"),
    ]
    assert '<option value="90" selected>' in shown
    assert re.findall(r'name="choice.parts" value="(\w)"( checked)?', shown) == [("a", ""), ("b", " checked")]
    assert '<a class="plain" href="https://crm.example.com/m/quotes/1">看报价</a>' in shown


def test_what_is_decided_cannot_be_pressed():
    shown = render(card(outcome="周敏 已同意 14:32", buttons=(Button(text="同意", action=APPROVE),)), CODEC, FORM)
    assert '<p class="outcome">周敏 已同意 14:32</p>' in shown
    assert "<form" not in shown
    assert "<button" not in shown
