"""The cards people really get, drawn from records by every renderer: golden files to be read, and the limits.

``GOLDEN=write`` records the present drawings (then read the diff).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.web.staff import PAGES
from cards.card import Card
from cards.render import dingtalk, text, wecom
from domain.activities.activity import ActivityKind, Outcome
from domain.activities.consequences import Promised
from domain.activities.logging import LogActivity
from domain.actor import visitor
from domain.approvals.deciding import ApproveStep, CounterApproval, RejectStep
from domain.approvals.rules import ProposeRule, PublishRule
from domain.assignment.receiving import ReceiveInquiry
from domain.bulk.commands import ProposeBulk
from domain.customers.commands import EnrolCustomer
from domain.customers.customer import Customer
from domain.customers.merging import ProposeMerge
from domain.dialogue.commands import ConfirmWish, DropWishes, ExpireDraft, SettleWish
from domain.dialogue.draft import LIVES
from domain.dialogue.wish import Reason, Wish
from domain.dictionary.defining import ConfirmField, EnrolField, ProposeField
from domain.dictionary.filling import FillFields
from domain.dictionary.listing import OpenListing
from domain.fields import FieldType, Required
from domain.files.commands import AttachFiles, Sent
from domain.handover.commands import ProposeHandover
from domain.inquiries.commands import LogInquiry
from domain.notes.keeping import DropNote, KeepNote
from domain.opportunities.closing import AskClosing
from domain.opportunities.creating import CreateOpportunity
from domain.policy_assignment import AssignmentPolicy
from domain.pool.releasing import ProposeRelease
from domain.quotes.drafting import DraftQuote, ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.submitting import SubmitQuote
from domain.service.accept import AcceptJob, DeclineJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.requesting import RequestService
from domain.service.sign import SignOff
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob
from domain.solutions.drafting import DraftSolution
from domain.solutions.submitting import SubmitSolution
from domain.tasks.commands import AddTask
from domain.tasks.today import ListToday
from domain.vocabulary.alias import AliasKind
from domain.vocabulary.learning import ForgetAlias, LearnAlias
from tests.cards.sample_cards import CODEC
from tests.support.company import Company, open_company
from tests.support.service_shop import open_shop
from tests.support.trades import open_trade

GOLDEN = Path(__file__).parent / "golden" / "real"
TOKEN = "t" * 22
NAMES = (
    "dialogue.draft-one",
    "dialogue.draft-question",
    "dialogue.draft-several",
    "dialogue.draft-settled",
    "dialogue.draft-expired",
    "inquiries.logged-open",
    "inquiries.logged-asked",
    "customers.customer-known",
    "customers.section-touches",
    "customers.merge-proposed",
    "customers.cleaning-pair",
    "handover.card-proposed",
    "bulk.card-proposed",
    "desk.home-rep",
    "pool.release-proposed",
    "opportunities.deal-open",
    "opportunities.closing-lost",
    "opportunities.funnel-month",
    "assignment.fairness-week",
    "assignment.overdue-late",
    "dictionary.field-proposed",
    "dictionary.field-live",
    "dictionary.listing-first",
    "tasks.task-open",
    "tasks.today-open",
    "activities.logged-asked",
    "activities.logged-visit",
    "notes.kept-kept",
    "notes.kept-dropped",
    "notes.mine-two",
    "vocabulary.learnt-learnt",
    "vocabulary.learnt-forgotten",
    "vocabulary.listed-one",
    "quotes.draft-draft",
    "quotes.draft-submitted",
    "quotes.draft-approved",
    "quotes.draft-rejected",
    "quotes.draft-window",
    "quotes.draft-corrected",
    "quotes.versions-two",
    "approvals.decide-waiting",
    "approvals.decide-decided",
    "approvals.decide-critical",
    "approvals.decide-asked",
    "approvals.copy-read",
    "approvals.decide-solution",
    "approvals.times-month",
    "solutions.solution-draft",
    "solutions.solution-back",
    "approvals.rule-draft",
    "approvals.rule-published",
    "service.dispatch-offered",
    "service.dispatch-accepted",
    "service.dispatch-on_site",
    "service.dispatch-signing",
    "service.dispatch-confirmed",
    "service.dispatch-out",
    "service.unassigned-waiting",
)


@pytest.fixture(scope="module")
def cards(tmp_path_factory) -> dict[str, Card]:
    """The story's cards by ``<card>-<state>``, as their reader sees them at each step."""
    folder = tmp_path_factory.mktemp("real")
    return {
        **sales_cards(f"sqlite:///{folder}/sales.db"),
        **window_cards(f"sqlite:///{folder}/windows.db"),
        **dictionary_cards(f"sqlite:///{folder}/dictionary.db"),
        **customer_cards(f"sqlite:///{folder}/customers.db"),
        **service_cards(f"sqlite:///{folder}/service.db"),
    }


def sales_cards(url: str) -> dict[str, Card]:
    """陈静 asks twice; 周敏 agrees to the first quote and refuses the second."""
    drawn = {}
    with open_company(url) as company:

        def keep(name: str, subject: str, viewer: str) -> None:
            drawn[name] = company.card(name.partition("-")[0], subject, viewer)

        for name, subject in drafts(company):
            keep(name, subject, "陈静")
        keep("inquiries.logged-open", f"inquiry:{company.log()}", "陈静")
        keep("tasks.task-open", "task:1", "陈静")
        visit = LogActivity(
            text="今天拜访了锦腾的俞海燕，后天给他发资料",
            kind=ActivityKind.VISIT,
            outcome=Outcome.REACHED,
            at=company.clock.now(),
            at_whole_day=True,
            company="锦腾",
            contact="俞海燕",
            promises=(Promised(title="给锦腾发资料", due=company.clock.now() + timedelta(days=2), due_whole_day=True),),
        )
        keep("activities.logged-visit", f"activity:{company.act(visit, '陈静')}", "陈静")
        unknown = replace(visit, company="锦腾达", promises=())
        keep("activities.logged-asked", f"activity:{company.act(unknown, '陈静')}", "陈静")
        company.act(AddTask(title="给王总打电话", due=company.clock.now() + timedelta(hours=1)), "陈静")
        keep("tasks.today-open", company.act(ListToday(), "陈静").subject, "陈静")
        quote = company.quote()
        keep("quotes.draft-draft", f"quote:{quote}", "陈静")
        company.act(SubmitQuote(quote_id=quote, reason="老客户，争取这单"), "陈静")
        keep("quotes.draft-submitted", f"quote:{quote}", "陈静")
        keep("approvals.decide-waiting", "approval:1", "周敏")
        company.act(ApproveStep(approval_id=1), "周敏")
        keep("quotes.draft-approved", f"quote:{quote}", "陈静")
        keep("approvals.decide-decided", "approval:1", "周敏")
        second = company.quote(discount_ppm=920_000)
        company.act(SubmitQuote(quote_id=second), "陈静")
        company.act(RejectStep(approval_id=2, reason="毛利不足"), "周敏")
        keep("quotes.draft-rejected", f"quote:{second}", "陈静")
        for name, subject, viewer in approvals(company):
            keep(name, subject, viewer)
        person = company.actor("陈静").person_id
        note = company.act(KeepNote(text="俞经理爱喝茶，嫌咱们响应慢", company="锦腾"), "陈静")
        company.act(KeepNote(text="年后要换采购", in_group=True), "陈静")
        keep("notes.kept-kept", f"privatenote:{note}", "陈静")
        keep("notes.mine-two", f"notes:{person}", "陈静")
        company.act(DropNote(note_id=note), "陈静")
        keep("notes.kept-dropped", f"privatenote:{note}", "陈静")
        said = "大恒想要两台X200"
        alias = company.act(LearnAlias(kind=AliasKind.COMPANY, words="大恒", target="customer:1", said=said), "陈静")
        keep("vocabulary.learnt-learnt", f"learntalias:{alias}", "陈静")
        keep("vocabulary.listed-one", f"aliases:{person}", "陈静")
        company.act(ForgetAlias(alias_id=alias), "陈静")
        keep("vocabulary.learnt-forgotten", f"learntalias:{alias}", "陈静")
        for name, subject, viewer in solutions(company):
            keep(name, subject, viewer)
        month = {"since": "2026-11-01", "at": company.clock.now().isoformat(), "zone": "Asia/Shanghai"}
        report = {**month, "target": 28_800.0, "baseline": 276_480.0}
        drawn["approvals.times-month"] = company.card("approvals.times", "approvals:0", "秦岚", **report)
    return drawn


def approvals(company: Company) -> Iterator[tuple[str, str, str]]:
    """秦岚 wants to read what is large; the third quote is, stops a line, and 周敏 has an earlier price to look at."""
    rule = ProposeRule(words="以后超过50万的报价抄送给我", when={"amount": {"over": "50万"}}, cc=("person:秦岚",))
    edition = f"ruleedition:{company.act(rule, '秦岚')}"
    yield "approvals.rule-draft", edition, "秦岚"
    company.act(PublishRule(edition_id=1), "秦岚")
    yield "approvals.rule-published", edition, "秦岚"
    third = company.quote(quantity=4)
    company.act(SubmitQuote(quote_id=third, reason="涉及停产，客户等着开工"), "陈静")
    yield "approvals.decide-critical", "approval:3", "周敏"
    yield "approvals.decide-asked", "approval:3", "陈静"
    for name in ("周敏", "钱进", "孔方"):
        company.act(ApproveStep(approval_id=3), name)
    yield "approvals.copy-read", "approval:3", "秦岚"
    company.act(EnrolField(record="customer", label="逾期应收", type=FieldType.MONEY))
    company.act(FillFields(subject="customer:1", values=(("逾期应收", "8万"),)), "陈静")
    wish = {"customer_id": 1, "product": "X200", "words": "主轴响", "phone": "13912000002"}
    for type_ in (ServiceType.COMPLAINT, ServiceType.REPAIR):
        company.act(RequestService(type=type_, **wish), "陈静")
    for quantity in (2, 5):
        company.act(SubmitQuote(quote_id=company.quote(quantity=quantity)), "陈静")
    company.act(ApproveStep(approval_id=5), "周敏")


def solutions(company: Company) -> Iterator[tuple[str, str, str]]:
    """陈静 writes one down, sends its layout, asks; it climbs to 秦岚, who wants it slower."""
    company.act(DraftSolution(company="锦腾", words="X200配自动上下料，节拍45秒，影响交付"), "陈静")
    sent = (Sent(file_id="2026/11/layout", kind="file", name="布局.pdf"),)
    company.act(AttachFiles(files=sent, subject="solution:1"), "陈静")
    yield "solutions.solution-draft", "solution:1", "陈静"
    approval = company.act(SubmitSolution(solution_id=1), "陈静")
    yield "approvals.decide-solution", f"approval:{approval}", "周敏"
    company.clock.move(timedelta(hours=1))
    company.act(CounterApproval(approval_id=approval, words="节拍按50秒"), "周敏")
    yield "solutions.solution-back", "solution:1", "陈静"


def window_cards(url: str) -> dict[str, Card]:
    """小林 quotes eighteen windows, and puts them right."""
    drawn = {}
    with open_trade(url, "windows") as company:

        def keep(name: str, subject: str) -> None:
            drawn[name] = company.card(name.partition("-")[0], subject, "小林")

        window = QuoteItem(
            product="PK108", quantity=18, inputs={"宽": "1800", "高": "2400"}, options={"玻璃": "三玻", "颜色": "灰色"}
        )
        quote = company.act(DraftQuote(items=(window,), company="绿湾"), "小林")
        keep("quotes.draft-window", f"quote:{quote}")
        change = QuoteItem(line=1, quantity=16, inputs={"高": "2200"}, options={"五金": "进口五金"})
        company.act(ReviseQuote(quote_id=quote, items=(change,), terms={"付款": "月结60天"}), "小林")
        keep("quotes.draft-corrected", f"quote:{quote}")
        keep("quotes.versions-two", f"quote:{quote}")
    return drawn


def customer_cards(url: str) -> dict[str, Card]:
    """What 陈静's customers, the pool, her deals and the share of inquiries look like."""
    drawn = {}
    watched = AssignmentPolicy.model_validate({"first_contact": [{"name": "都要联系", "within": "8h"}]})
    with open_company(url, assignment=watched) as company:

        def keep(name: str, subject: str, viewer: str, **args: Any) -> None:
            drawn[name] = company.card(name.partition("-")[0], subject, viewer, **args)

        said = LogInquiry(requirement="官网询价两台X200", company="无锡锦腾模具有限公司", source="官网")
        company.act(ReceiveInquiry(said=said))
        company.quote()
        customer = next(each for each in company.all(Customer) if each.name == "无锡锦腾模具有限公司")
        twin = company.act(EnrolCustomer(name="无锡锦藤模具厂", region="华东", owner="陈静"))
        merge = company.act(ProposeMerge(left_id=customer.id, right_id=twin), "陈静")
        bulk = ProposeBulk(record="customer", tree={"region": "华东"}, field="level", value="重点")
        person = company.actor("陈静").person_id
        deal = company.act(CreateOpportunity(said="锦腾扩产", company="锦腾", amount_fen=50_000_000), "陈静")
        keep("customers.section-touches", customer.subject, "陈静", section="touches")
        keep("customers.merge-proposed", f"merge:{merge}", "陈静")
        keep("customers.cleaning-pair", f"person:{person}", "陈静")
        keep("handover.card-proposed", f"handover:{company.act(ProposeHandover(leaver='陈静'), '周敏')}", "周敏")
        keep("bulk.card-proposed", f"bulkedit:{company.act(bulk, '陈静')}", "陈静")
        keep("desk.home-rep", f"desk:{person}", "陈静")
        keep("opportunities.deal-open", f"opportunity:{deal}", "陈静")
        company.act(AskClosing(opportunity_id=deal, won=False), "陈静")
        keep("opportunities.closing-lost", f"opportunity:{deal}", "陈静")
        month = {"since": "2026-11-01", "until": "2026-11-30", "zone": "Asia/Shanghai"}
        at = company.clock.now().isoformat()
        keep("opportunities.funnel-month", "person:0", "陈静", **month, at=at, alarm_from=3, alarm_over=20)
        company.clock.move(timedelta(days=1))
        since = (company.clock.now() - timedelta(days=1)).isoformat()
        keep("assignment.fairness-week", "person:0", "周敏", since=since, now=company.clock.now().isoformat())
        company.fire()
        keep("assignment.overdue-late", "firstcontact:1", "周敏")
        stay = company.act(ProposeRelease(company="锦腾", reason="没有预算"), "陈静")
        keep("pool.release-proposed", f"poolstay:{stay}", "陈静")
    return drawn


def dictionary_cards(url: str) -> dict[str, Card]:
    """梁宁 adds 行业 to inquiries and 工厂类型 to customers; 陈静 is asked for it, and looks up her seven inquiries."""
    drawn = {}
    with open_company(url) as company:

        def keep(name: str, subject: str, viewer: str) -> None:
            drawn[name] = company.card(name.partition("-")[0], subject, viewer)

        trade = {
            "label": "行业",
            "type": FieldType.CHOICE,
            "options": ("食品=食品厂", "化工", "电子"),
            "required": Required.WARN,
        }
        field = company.act(ProposeField(record="inquiry", **trade), "梁宁")
        keep("dictionary.field-proposed", f"fielddefinition:{field}", "梁宁")
        company.act(ConfirmField(definition_id=field), "梁宁")
        keep("dictionary.field-live", f"fielddefinition:{field}", "梁宁")
        company.act(EnrolField(record="customer", **(trade | {"label": "工厂类型"})))
        company.act(FillFields(subject="customer:1", values=(("工厂类型", "食品"),)), "陈静")
        keep("customers.customer-known", "customer:1", "周敏")
        keep("inquiries.logged-asked", f"inquiry:{company.log(source='官网')}", "陈静")
        for number in range(6):
            company.log(phone=f"1391200100{number}", contact="李工", company="", wanted=())
        listing = company.act(OpenListing(record="inquiry", tree={"budget": {"at_least": "30万"}}), "陈静")
        keep("dictionary.listing-first", f"listing:{listing}", "陈静")
    return drawn


def drafts(company: Company) -> Iterator[tuple[str, str]]:
    """One wish that was guessed, one that lacks something, three customers at once, half settled, and too late."""
    sound = Reason(slot="company", quote="横腾", rule="company.sound", note="“横腾”读音同“锦腾”")
    one = Wish(
        intent="log_inquiry",
        words="横腾要两台X200 下周三前报",
        slots={"company": "无锡锦腾模具有限公司", "product": "X200", "quantity": 2, "due": "2026-12-02"},
        notes=("横腾：“横腾”读音同“锦腾”", "下周三前：2026-12-02 周三，下周指下一个自然周"),
        reasons=(sound,),
    )
    yield "dialogue.draft-one", company.keeps(one, place="a")
    question = Wish(
        intent="request_quote",
        words="给锦腾报价",
        slots={"company": "无锡锦腾模具有限公司"},
        asks="product",
        question="报什么产品？",
        answers=("X200", "X300", "立式加工中心带第四轴和自动上下料"),
    )
    yield "dialogue.draft-question", company.keeps(question, place="b")
    said = "锦腾要两台X200；鑫宏要一台X300；东海要三台X200"
    names = ("无锡锦腾模具有限公司", "东莞市鑫宏五金制品有限公司", "嘉兴东海机械有限公司")
    several = [
        Wish(intent="log_inquiry", words=said, slots={"company": name, "product": "X200", "quantity": count})
        for count, name in enumerate(names, 1)
    ]
    subject = company.keeps(*several, place="c")
    yield "dialogue.draft-several", subject
    draft_id = int(subject.partition(":")[2])
    company.act(ConfirmWish(draft_id=draft_id, index=0), "陈静")
    company.act(SettleWish(draft_id=draft_id, index=0, subjects=("inquiry:9",), result="XJ-2611-0009"), "陈静")
    company.act(DropWishes(draft_id=draft_id), "陈静")
    yield "dialogue.draft-settled", subject
    late = company.keeps(one, place="d")
    company.clock.move(LIVES)
    company.act(ExpireDraft(draft_id=int(late.partition(":")[2])))
    yield "dialogue.draft-expired", late
    company.clock.move(-LIVES)


def service_cards(url: str) -> dict[str, Card]:
    """The machine stands still; 林涛 says no, 何平 comes; a second fault waits for 唐悦."""
    drawn = {}
    with open_shop(url) as shop:

        def keep(name: str, viewer: str) -> None:
            drawn[name] = shop.card(name.partition("-")[0], shop.job().subject, viewer)

        job = shop.report("主轴异响，屏幕显示 E07，停机", token=TOKEN, photos=("a", "b"), urgent=True)
        keep("service.dispatch-offered", "何平")
        shop.act(AcceptJob(work_order_id=job.id, eta=shop.clock.now() + timedelta(hours=5, minutes=30)), "何平")
        keep("service.dispatch-accepted", "何平")
        keep("service.dispatch-out", "林涛")
        shop.act(ArriveJob(work_order_id=job.id), "何平")
        keep("service.dispatch-on_site", "何平")
        shop.act(FinishJob(work_order_id=job.id, parts=(SaidPart(name="6205轴承", quantity=2),)), "何平")
        keep("service.dispatch-signing", "何平")
        shop.act(SignOff(token=TOKEN, rating=5, words="来得快，修得好", signer="王建国"), visitor())
        keep("service.dispatch-confirmed", "何平")
        again = shop.report("主轴又有异响")
        shop.act(DeclineJob(work_order_id=again.id, reason="手上排不开"), "何平")
        keep("service.unassigned-waiting", "唐悦")
    return drawn


def wecom_json(card: Card) -> str:
    """Return what WeCom is handed: a card that is over reaches people as an update."""
    drawn = wecom.render_update(card, CODEC) if card.outcome else wecom.render(card, CODEC, task_id="t-1")
    return json.dumps(drawn, ensure_ascii=False, indent=2) + "\n"


def dingtalk_json(card: Card) -> str:
    """Return the template's variables, and the message without a template."""
    key, param = dingtalk.render_fallback(card)
    drawn = {"card": dingtalk.render(card, CODEC), "fallback": {"msgKey": key, "msgParam": param}}
    return json.dumps(drawn, ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("ending", "draw"),
    [("wecom.json", wecom_json), ("dingtalk.json", dingtalk_json), ("txt", lambda card: text.render(card) + "\n")],
    ids=["wecom", "dingtalk", "text"],
)
def test_as_recorded(cards, name, ending, draw):
    drawn, file = draw(cards[name]), GOLDEN / f"{name}.{ending}"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(drawn, encoding="utf-8")
    assert drawn == file.read_text(encoding="utf-8")


def test_every_card_is_recorded_and_nothing_else(cards):
    assert set(cards) == set(NAMES)
    endings = ("wecom.json", "dingtalk.json", "txt")
    assert {each.name for each in GOLDEN.iterdir()} == {f"{name}.{ending}" for name in NAMES for ending in endings}


@pytest.mark.parametrize("name", NAMES)
def test_wecom_draws_every_button_and_cuts_nothing(cards, name):
    card = cards[name]
    drawn = json.loads(wecom_json(card))
    drawn = drawn.get("template_card", drawn)
    if "select_list" in drawn:  # only the choices' own button: the others are typed
        assert card.submit is not None and drawn["submit_button"]["text"] == card.submit.text
        assert all(each.typed in drawn["main_title"]["desc"] for each in card.buttons)
        return
    if not card.outcome and (card.buttons or card.submit):
        wanted = [each.text for each in (card.submit, *card.buttons) if each is not None]
        listed = drawn.get("button_list") or drawn["jump_list"]
        assert [each.get("text") or each["title"] for each in listed] == wanted
        assert len(listed) <= 6
    if "replace_text" in drawn:
        del drawn["button_list"]  # stands behind the label, unseen
    assert "…" not in json.dumps(drawn, ensure_ascii=False)
    if card.url:
        assert drawn["card_action"] == {"type": 1, "url": card.url}


@pytest.mark.parametrize("name", NAMES)
def test_dingtalk_keeps_within_a_kilobyte_and_loses_nothing(cards, name):
    card = cards[name]
    drawn = dingtalk.render(card, CODEC)
    assert {key: len(value.encode()) for key, value in drawn.items() if len(value.encode()) > 1024} == {}
    assert "…" not in "".join(drawn.values())
    if not card.outcome:
        buttons = [each["text"] for each in json.loads(drawn["btns"]) + json.loads(drawn["btns2"])]
        assert buttons == [*(each.text for each in card.buttons), *(["查看详情"] if card.url else [])]
    for said in (*card.notes, *(field.value for field in card.fields if field.value != card.headline)):
        assert said.replace("：", "").replace("~", "")[:8] in drawn["content"].replace("：", "")


@pytest.mark.parametrize("name", NAMES)
def test_the_card_leads_to_its_page(cards, name):
    card = cards[name]
    if not card.url:
        return  # all of it stands on the card
    if card.kind == "desk.home":
        assert card.url == "https://gendan.example/m"
        return
    record, _, id_ = card.subject.partition(":")
    pages = {"customers.customer": "customers.page", "customers.section": "customers.page"}
    whole = {**pages, "quotes.versions": "quotes.draft"}.get(card.kind, card.kind)
    kind = next(kind for kind, page in PAGES.items() if (page.card, page.record) == (whole, record))
    assert card.url == f"https://gendan.example/m/{kind}/{id_}"
