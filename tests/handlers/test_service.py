"""What engineers and dispatchers type and press, from the understood sentence to the answer."""

from __future__ import annotations

import pytest

from cards.action import Action
from domain.errors import Invalid, NotAllowed, NotFound, Stale
from domain.service.accept import AcceptJob
from domain.service.dispatch import AssignJob
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from handlers.context import Ask, Missing, Understood
from handlers.envelope import Click, Envelope, Kind
from handlers.jobs_meant import NO_JOB
from handlers.language.gazetteer import Gazetteer
from handlers.language.understand import Reader
from handlers.reading import understood_by
from handlers.service import NO_OFFER
from handlers.tables import TABLES
from storage.queries import Queries
from storage.queries.vocabulary import Vocabulary
from tests.support.company import MONDAY
from tests.support.service_shop import open_shop

INTENTS, BUTTONS = TABLES.intents, TABLES.buttons
READER = Reader(Gazetteer.from_world(Vocabulary().as_world()))


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


class Chat:
    """One person's chat; ``heard`` is what was answered, ``shown`` which cards, ``given`` what the last one was of."""

    def __init__(self, shop):
        self.shop = shop
        self.heard = []
        self.shown = []
        self.given = {}

    def types(self, name, text, intent, **slots):
        """Let ``name`` type something that was understood so; return the last answer."""
        return self._run(name, text, lambda ask: INTENTS[intent](ask, Understood(intent=intent, slots=slots)))

    def says(self, name, text):
        """Let ``name`` type something that is really read; return the last answer."""

        def handle(ask):
            understood = understood_by(READER, text, ask)
            INTENTS[understood.intent](ask, understood)

        return self._run(name, text, handle)

    def presses(self, name, verb, *, version=0, reason="", **args):
        """Let ``name`` press a button of the newest job."""
        action = Action(verb=verb, subject=self.shop.job().subject, version=version, args=args)
        click = Click(action="", selections={"reason": (reason,)} if reason else {})
        return self._run(name, "", lambda ask: BUTTONS[verb](ask, action), click)

    def focus(self, name):
        return self.shop.run(lambda work: _copy(work.find.people.focus(self.shop.people[name].person_id, work.now)))

    def _run(self, name, text, handle, click=None):
        actor = self.shop.people[name]

        def effect(work):
            self.heard.clear()
            self.shown.clear()
            handle(
                Ask(
                    envelope=Envelope(
                        key="k",
                        platform="wecom",
                        account=actor.account,
                        conversation=actor.account,
                        kind=Kind.CLICK if click else Kind.TEXT,
                        sent_at=work.now,
                        text=text,
                        click=click,
                    ),
                    actor=actor,
                    now=work.now,
                    calendar=work.calendar,
                    policies=work.policies,
                    queries=Queries(work.session),
                    act=work.act,
                    say=self.heard.append,
                    show=self._show,
                    focus=work.find.people.focus(actor.person_id, work.now),
                )
            )

        self.shop.run(effect, actor)
        return self.heard[-1] if self.heard else ""

    def _show(self, kind, subject, **args):
        self.shown.append(f"{kind} {subject}")
        self.given = args


def _copy(focus):
    return {"subject": focus.subject, "listed": list(focus.listed), "question": dict(focus.question)}


@pytest.fixture
def chat(shop):
    return Chat(shop)


def test_the_story_in_the_chat(shop, chat):
    shop.report()
    half_past_three = "2026-11-23T15:30:00+08:00"
    assert chat.types("何平", "接了 三点半到", "accept_dispatch", due=half_past_three) == (
        "工单 WO-2611-0001 是您的了，预计 15:30 到。"
    )
    assert shop.job().eta == MONDAY.replace(hour=7, minute=30)
    assert chat.types("何平", "到了", "arrive") == "工单 WO-2611-0001 已记上门。修好后发“换了2个6205轴承，修好了”。"
    answer = chat.types("何平", "换了2个6205轴承，修好了", "finish_service", part=[{"name": "6205轴承", "quantity": 2}])
    assert answer == "工单 WO-2611-0001 已完工，等客户签收。用了 6205轴承 ×2，已扣库存。"
    assert chat.shown == ["service.dispatch workorder:1"]
    assert shop.job().words == "换了2个6205轴承，修好了"
    assert chat.types("何平", "刚写错了 是6206", "finish_service", part=[{"name": "6206", "quantity": 2}]) == (
        "工单 WO-2611-0001 备件已改。用了 6206轴承 ×2，已扣库存。"
    )


def test_the_hour_alone_belongs_to_the_job_in_hand(shop, chat):
    shop.report()
    assert chat.types("何平", "接了", "accept_dispatch").endswith("几点能到发“三点半到”，客户看得见。")
    chat.types("何平", "四点到", "accept_dispatch", due="2026-11-23T16:00:00+08:00")
    assert shop.job().eta == MONDAY.replace(hour=8)


def two_jobs(shop):
    first = shop.report()
    shop.act(ReportFault(equipment_id=shop.other_machine, words="跳闸报警"))
    second = shop.job()
    he = shop.people["何平"]
    shop.act(AssignJob(work_order_id=second.id, engineer_id=he.person_id), shop.people["唐悦"])
    for job in (first, second):
        shop.act(AcceptJob(work_order_id=job.id), he)
    return first, second


def test_with_two_jobs_a_bare_arrival_asks_which(shop, chat):
    two_jobs(shop)
    assert chat.types("何平", "到了", "arrive") == (
        "您说的是哪一单？回复序号：\n1. WO-2611-0001 苏州恒力 X200（接单）\n2. WO-2611-0002 东莞鑫宏 L320（接单）"
    )
    focus = chat.focus("何平")
    assert focus["listed"] == ["workorder:1", "workorder:2"]
    assert focus["question"] == {"intent": "arrive", "slots": {"words": "到了"}}
    chat.types("何平", "2", "arrive", words="到了", subject="workorder:2")
    assert shop.job().state is JobState.ON_SITE


def test_a_number_names_the_job(shop, chat):
    two_jobs(shop)
    chat.types("何平", "WO-2611-0002 到了", "arrive", ticket_no="WO-2611-0002")
    assert shop.job().state is JobState.ON_SITE
    with pytest.raises(NotFound, match="没有找到工单 WO-9"):
        chat.types("何平", "到了", "arrive", ticket_no="WO-9")


def test_finishing_before_arriving_names_the_state(shop, chat):
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    with pytest.raises(Stale, match="现在是“接单”，不能完工。请先发“到了”。"):
        chat.types("何平", "修好了", "finish_service")


def test_half_a_part_is_refused(shop, chat):
    shop.report()
    with pytest.raises(Invalid, match="导轨油的数量要是整数"):
        chat.types("何平", "两公斤半导轨油", "finish_service", part=[{"name": "导轨油", "quantity": 2.5}])


def test_nothing_to_do_is_said(chat):
    assert chat.types("何平", "接了", "accept_dispatch") == NO_OFFER
    assert chat.types("何平", "到了", "arrive") == NO_JOB
    assert chat.types("何平", "修好了", "finish_service") == NO_JOB
    assert NO_JOB.startswith("您手上没有在办的工单。")


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("何平", "到了", NO_JOB),
        ("何平", "修好了。", NO_JOB),
        ("何平", "接了", NO_OFFER),
        ("周敏", "同意", "没有等您审批的单子。"),
        ("周敏", "驳回", "没有等您审批的单子。"),
        ("陈静", "同意！", "没有等您审批的单子。"),
    ],
)
def test_a_bare_reply_with_nothing_open_is_told_so(chat, name, words, answer):
    assert chat.says(name, words) == answer


def test_declining_with_words_and_with_the_card(shop, chat):
    shop.report()
    assert chat.types("何平", "我手上还有三个单", "reject_dispatch", reason="我手上还有三个单") == (
        "工单 WO-2611-0001 已拒，林涛还在考虑。"
    )
    assert chat.presses("林涛", "decline_job", reason="far") == "工单 WO-2611-0001 已拒，转给了下一位工程师。"
    view = shop.look(lambda queries: queries.service.job(1, shop.people["唐悦"]))
    assert view.declined == (("何平", "我手上还有三个单"), ("林涛", "太远赶不过去"))


def test_buttons_walk_the_job(shop, chat):
    shop.report()
    for verb in ("accept_job", "arrive_job", "finish_job"):
        chat.presses("何平", verb)
    assert chat.heard == ["工单 WO-2611-0001 已完工，等客户签收。"]
    assert shop.job().state is JobState.SIGNING


def test_waiting_for_a_part(shop, chat):
    job = shop.report()
    shop.act(AcceptJob(work_order_id=job.id), shop.people["何平"])
    shop.act(ArriveJob(work_order_id=job.id), shop.people["何平"])
    chat.types("何平", "没修好，要等丝杠到货，我先撤了", "request_part", part=[{"name": "丝杠"}])
    assert shop.job().state is JobState.WAITING_PARTS
    assert shop.told("孙库")[-1] == "spares.request partrequest:1"
    assert chat.types("孙库", "丝杠缺货 周五到", "out_of_stock", part=[{"name": "丝杠"}]).startswith(
        "丝杠 ×1 记为缺货，11月27日到货，已告诉何平"
    )


def test_a_dispatcher_sends_somebody(shop, chat):
    shop.act(ReportFault(equipment_id=shop.other_machine, words="轴承异响"))
    assert chat.types("唐悦", "待派工", "list_unassigned") == ""
    assert chat.shown == ["service.unassigned workorder:1"]
    assert chat.types("唐悦", "这单派给何平", "dispatch", staff="何平") == "工单 WO-2611-0001 已派给何平，等他答复。"
    with pytest.raises(Invalid, match="没有找到工程师“陈静”"):
        chat.types("唐悦", "派给陈静", "dispatch", staff="陈静")
    with pytest.raises(NotAllowed):
        chat.types("陈静", "派给何平", "dispatch", staff="何平")
    with pytest.raises(NotAllowed):
        chat.types("何平", "待派工", "list_unassigned")


def test_service_reports_for_a_customer(shop, chat):
    said = {"company": "苏州恒力机械有限公司", "fault": "主轴异响", "phone": "13812345678"}
    assert chat.types("唐悦", "恒力的X200主轴异响", "report_fault", **said) == (
        "X200（末四位 0317）已报修，单号 BX-2611-0001。"
    )
    assert chat.types("唐悦", "恒力又催了", "report_fault", **said) == "X200（末四位 0317）已并入 BX-2611-0001。"
    with pytest.raises(Missing, match="哪家客户的设备"):
        chat.types("唐悦", "机器坏了", "report_fault", fault="坏了")
