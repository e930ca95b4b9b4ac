"""The cards of a job, as each of its people sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cards.action import Action
from cards.card import Button, Choice, Field, Option, Style, Tone
from domain.actor import visitor
from domain.errors import NotFound
from domain.service.accept import AcceptJob, DeclineJob
from domain.service.dispatch import AssignJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.report import ReportFault
from domain.service.sign import CancelJob, SignOff
from domain.service.visit import ArriveJob
from domain.spares.requesting import RequestParts
from jobs.drawing import Drawer, fingerprint
from tests.support.service_shop import open_shop

TOKEN = "t" * 22


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


@pytest.fixture
def card(shop):
    drawer = Drawer(zone=shop.business.calendar.zone, base="https://gendan.example")

    def draw(name, kind="service.dispatch"):
        subject = shop.job().subject
        return shop.look(lambda q: drawer.draw(q, kind, subject, {}, shop.people[name], shop.clock.now()))

    return draw


def press(verb, version, **args):
    return Action(verb=verb, subject="workorder:1", version=version, args=args)


def test_the_offer_holds_everything_to_decide(shop, card):
    job = shop.report("主轴异响，屏幕 E07，停机", token=TOKEN, photos=("a", "b"))
    drawn = card("何平")
    assert (drawn.title, drawn.subtitle, drawn.status) == ("苏州恒力 X200 报修", "WO-2611-0001", "待接单")
    assert (drawn.headline, drawn.tone, drawn.outcome) == ("停机", Tone.BAD, "")
    assert drawn.quote == "主轴异响，屏幕 E07，停机"
    assert drawn.fields == (
        Field(label="设备", value="X200 · SN-2024-000317"),
        Field(label="报警", value="E07", tone=Tone.BAD),
        Field(label="地点", value="苏州工业园区 3 号车间"),
        Field(label="电话", value="13812345678", url="tel:13812345678"),
        Field(label="保修", value="保修期内（至 2027-03-01）"),
        Field(label="照片", value="2 张"),
    )
    assert drawn.notes == (
        "派给您的理由：机械类 · 华东 · 手上 0 单 · 没有坐标，没比距离 · 保内",
        "同时问了林涛，先接先得",
        "也可以直接回复“接了 三点半到”",
    )
    assert drawn.buttons == (
        Button(text="接单", action=press("accept_job", job.version), style=Style.PRIMARY, typed="接了"),
    )
    assert drawn.submit == Button(
        text="拒单", action=press("decline_job", job.version), style=Style.DANGER, typed="拒单 手上排不开"
    )
    assert drawn.choices == (
        Choice(
            key="reason",
            title="拒单原因",
            options=(
                Option(id="busy", text="手上排不开"),
                Option(id="far", text="太远赶不过去"),
                Option(id="skill", text="不是我的专长"),
                Option(id="off", text="休假或请假"),
            ),
        ),
    )


def test_one_card_through_the_life_of_the_job(shop, card):
    job = shop.report(token=TOKEN)
    he = shop.people["何平"]
    seen = []

    def look():
        drawn = card("何平")
        seen.append((drawn.status, drawn.headline, [button.text for button in drawn.buttons], drawn.outcome))

    look()
    shop.act(AcceptJob(work_order_id=job.id, eta=shop.clock.now() + timedelta(hours=5, minutes=30)), he)
    look()
    shop.act(ArriveJob(work_order_id=job.id), he)
    look()
    shop.act(RequestParts(work_order_id=job.id, words="等丝杠"), he)
    look()
    shop.act(ArriveJob(work_order_id=job.id), he)
    shop.act(FinishJob(work_order_id=job.id, parts=(SaidPart(name="6205"),)), he)
    look()
    assert card("何平").buttons == (
        Button(text="给客户签收", url=f"https://gendan.example/t/{TOKEN}", style=Style.PRIMARY),
    )
    assert card("何平").fields[-1] == Field(label="备件", value="6205轴承 ×1")
    shop.act(SignOff(token=TOKEN, rating=5, words="快", signer="王"), visitor())
    look()
    assert seen == [
        ("待接单", "", ["接单"], ""),
        ("已接单", "15:30 到", ["到了", "出发"], ""),
        ("已上门", "", ["没换件，修好了"], ""),
        ("等备件", "", ["到了", "出发"], ""),
        ("待签收", "", ["给客户签收"], ""),
        ("已完成", "", [], "客户已签收 · 5 分"),
    ]


def test_who_was_slower_sees_who_has_it_and_no_phone(shop, card):
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    drawn = card("林涛")
    assert (drawn.outcome, drawn.buttons, drawn.choices) == ("已由何平接单", (), ())
    assert [field.label for field in drawn.fields] == ["设备"]
    shop.act(ArriveJob(work_order_id=job.id), shop.people["何平"])
    assert fingerprint(card("林涛")) == fingerprint(drawn), "a job that is not his sends him nothing more"


def test_who_said_no_sees_that(shop, card):
    job = shop.report()
    shop.act(DeclineJob(work_order_id=job.id, reason="排不开"), shop.people["何平"])
    assert card("何平").outcome == "您已拒单"
    shop.act(CancelJob(work_order_id=job.id), shop.people["唐悦"])
    assert card("林涛").outcome == "已取消"


def test_the_dispatcher_is_shown_whom_to_ask(shop, card):
    shop.act(ReportFault(equipment_id=shop.other_machine, words="轴承异响"), visitor())
    version = shop.job().version
    drawn = card("唐悦", "service.unassigned")
    assert (drawn.title, drawn.status, drawn.tone) == ("请派人：东莞鑫宏 L320", "待派单", Tone.BAD)
    assert [(button.text, button.action) for button in drawn.buttons] == [
        (f"派给{name}", press("assign_job", version, to=str(shop.people[name].person_id)))
        for name in ("何平", "林涛", "高飞", "马强")
    ] + [("取消工单", press("cancel_job", version))]
    assert drawn.notes[0] == "没有合适的工程师在岗"
    assert drawn.notes[-1] == "也可以回复“派给老何”"
    shop.act(
        AssignJob(work_order_id=1, engineer_id=shop.people["马强"].person_id, version=version), shop.people["唐悦"]
    )
    assert card("唐悦", "service.unassigned").notes[0] == "已问马强，还没有答复"
    shop.act(AcceptJob(work_order_id=1), shop.people["马强"])
    after = card("唐悦", "service.unassigned")
    assert (after.outcome, after.buttons) == ("已由马强接单", ())


def test_a_call_for_an_engineer_is_no_engineers_business(shop, card):
    shop.report()
    with pytest.raises(NotFound):
        card("何平", "service.unassigned")
    with pytest.raises(NotFound):
        card("马强")
    seen = card("陈静")
    assert (seen.status, seen.buttons, seen.submit) == ("待接单", (), None)
