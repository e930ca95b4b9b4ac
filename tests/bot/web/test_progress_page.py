"""The progress page: only what its reporter may see, and a signature that counts once."""

from __future__ import annotations

import base64
import io
import re
from datetime import date, timedelta
from urllib.parse import unquote

import aiohttp
import pytest
from PIL import Image, ImageDraw

from domain.actor import visitor
from domain.catalog.enrol_part import EnrolPart
from domain.equipment.commands import EnrolEquipment
from domain.errors import NotAllowed, NotFound
from domain.policy_service import RatingPolicy
from domain.service.accept import AcceptJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.report import ReportFault
from domain.service.sign import CancelJob, SignOff
from domain.service.states import JobState
from domain.service.ticket import FaultReport, Ticket
from domain.service.types import ServiceType
from domain.service.visit import ArriveJob, BlockVisit, DepartJob, ProposeVisit
from domain.spares.part_request import PartRequest
from domain.spares.requesting import RequestParts
from tests.support.company import MONDAY
from tests.support.front_desk import front_desk
from tests.support.service_shop import POLICY, open_shop

TOKEN = "t" * 22


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        shop.report(token=TOKEN, consent="2026-11")
        yield shop


@pytest.fixture
async def session(shop, tmp_path):
    async with front_desk(shop, tmp_path) as (server, _, _), aiohttp.ClientSession(server.make_url("/")) as session:
        yield session


def signature():
    picture = Image.new("RGBA", (300, 120))
    ImageDraw.Draw(picture).line((20, 60, 120, 20, 260, 90), fill="black", width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def values(**more):
    return {"nonce": "n" * 22, "rating": "5", "words": "", "signature": signature(), **more}


def finish(shop):
    job = shop.job()
    for deed in (AcceptJob, ArriveJob, FinishJob):
        shop.act(deed(work_order_id=job.id), shop.people["何平"])


async def shown(session):
    async with session.get(f"/t/{TOKEN}") as answer:
        return await answer.text()


async def test_the_headline_follows_the_job(shop, session):
    job, he = shop.job(), shop.people["何平"]
    headlines = []
    for deed in (
        None,
        AcceptJob(work_order_id=job.id),
        ArriveJob(work_order_id=job.id),
        RequestParts(work_order_id=job.id, words="等丝杠"),
        ArriveJob(work_order_id=job.id),
        FinishJob(work_order_id=job.id),
    ):
        if deed is not None:
            shop.act(deed, he)
        page = await shown(session)
        headlines.append(page.partition("<h1>")[2].partition("</h1>")[0])
    assert headlines == [
        "正在等师傅接单",
        "何师傅已接单",
        "何师傅正在现场维修",
        "在等备件，到货后再上门",
        "何师傅正在现场维修",
        "修好了，请您签收",
    ]


async def test_a_cancelled_report_says_so(shop, session):
    shop.act(CancelJob(work_order_id=shop.job().id), shop.people["唐悦"])
    page = await shown(session)
    assert "这次报修已取消" in page
    assert 'class="now"' not in page


async def test_nothing_personal_and_nothing_of_others(shop, session):
    """R-71."""
    finish(shop)
    shop.act(EnrolEquipment(serial="CANARY-0001", model="T6", customer="东莞鑫宏"))
    other = shop.look(lambda queries: queries.equipment.said(serial="CANARY-0001"))[0]
    shop.act(ReportFault(equipment_id=other.id, words="CANARY-WORDS", token="o" * 22), visitor())
    page = await shown(session)
    for secret in ("何平", "13812345678", "恒力", "SN-2024", "CANARY", "鑫宏", "WO-2611"):
        assert secret not in page


async def test_signing_closes_the_job_once(shop, session):
    finish(shop)
    async with session.post(f"/t/{TOKEN}", data=values(words="很好"), allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"/t/{TOKEN}")
    assert (shop.job().state, shop.job().rating) == (JobState.CONFIRMED, 5)
    async with session.post(f"/t/{TOKEN}", data=values(nonce="m" * 22, rating="1"), allow_redirects=False) as again:
        assert again.status == 303
    assert shop.job().rating == 5
    assert "已完成，谢谢您" in await shown(session)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rating": "9"}, "请点一下星星"),
        ({"signature": ""}, "请在签名框里签上名字"),
        ({"signature": "data:image/png;base64,***"}, "签名图片打不开"),
        ({"signature": "data:text/html;base64,PGI+"}, "签名图片打不开"),
        ({"nonce": ""}, "页面放得太久了"),
    ],
)
async def test_what_is_wrong_is_said(shop, session, wrong, words):
    finish(shop)
    async with session.post(f"/t/{TOKEN}", data=values(**wrong)) as answer:
        assert (answer.status, words in await answer.text()) == (422, True)
    assert shop.job().state is JobState.SIGNING


async def test_an_empty_pad_is_no_signature(shop, session):
    finish(shop)
    out = io.BytesIO()
    Image.new("RGBA", (300, 120)).save(out, "PNG")
    blank = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    async with session.post(f"/t/{TOKEN}", data=values(signature=blank)) as answer:
        assert "还没有签名" in await answer.text()


async def test_signing_too_early_is_refused(shop, session):
    async with session.post(f"/t/{TOKEN}", data=values(), allow_redirects=False) as answer:
        assert answer.status == 303
    assert shop.job().state is JobState.OFFERED


async def test_a_later_scanner_looks_on_and_urges(shop, session):
    """Only the link of the first report signs; the other one shows the steps and asks for haste, once an hour."""
    later = "l" * 22
    shop.report("还没好", token=later)
    async with session.post(f"/t/{later}", data={"deed": "urge", "nonce": "u" * 22}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"/t/{later}?after=urge")
    async with session.post(f"/t/{later}", data={"deed": "urge", "nonce": "v" * 22}, allow_redirects=False) as again:
        assert again.status == 303
    assert [words for words in shop.told("唐悦") if "客户在催" in words] == [
        "苏州恒力的 X200（WO-2611-0001）客户在催，请联系客户说一声几点到。"
    ]
    assert "<dt>您催过</dt><dd>2 次</dd>" in await shown(session)
    finish(shop)
    async with session.get(f"/t/{later}") as answer:
        page = await answer.text()
    assert 'id="sign"' not in page
    assert "请由最先报修的人签收" in page
    async with session.post(f"/t/{later}", data=values()) as refused:
        assert refused.status == 422
        assert "请由最先报修的人签收" in await refused.text()
    with pytest.raises(NotAllowed, match="请由最先报修的人签收"):
        shop.act(SignOff(token=later, rating=1, signer="路人"), visitor())
    assert shop.job().state is JobState.SIGNING
    assert 'id="sign"' in await shown(session)


async def test_not_mended_goes_back_to_the_engineer(shop, session):
    finish(shop)
    assert "没修好" in await shown(session)
    said = {"nonce": "n" * 22, "deed": "unmended", "words": "开机还是响"}
    async with session.post(f"/t/{TOKEN}", data={**said, "nonce": ""}) as answer:
        assert "页面放得太久了" in await answer.text()
    for _ in range(2):
        async with session.post(f"/t/{TOKEN}", data=said, allow_redirects=False) as answer:
            assert answer.status == 303
    assert shop.job().state is JobState.ON_SITE
    assert sum("“开机还是响”" in each for each in shop.told("何平")) == 1


async def test_the_record_is_handed_to_the_link_that_signed_and_to_no_other(shop, session):
    """S-141: a PDF with photos and signature; before the signature, and for whoever scanned later, there is none."""
    shop.report("还是响", token="o" * 22)
    finish(shop)
    address = f"/t/{TOKEN}/record.pdf"
    async with session.get(address) as early:
        assert early.status == 404
    async with session.post(f"/t/{TOKEN}", data=values(words="来得快 #panic()")) as answer:
        assert 'record.pdf"' in await answer.text()
    async with session.get(address) as signed:
        assert (signed.status, signed.content_type) == (200, "application/pdf")
        assert "BX-2611-0001" in unquote(signed.headers["Content-Disposition"])
        assert signed.headers["Cache-Control"] == "no-store"
        pdf = await signed.read()
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) == 1
    assert b"/Subtype/Image" in pdf.replace(b"/Subtype /Image", b"/Subtype/Image")
    for other in ("o" * 22, "unknown-unknown-123456", "x"):
        async with session.get(f"/t/{other}/record.pdf") as refused:
            assert refused.status == 404


async def test_the_customers_record_says_no_more_than_his_page(shop):
    """R-71: no customer, place, warranty or whole serial; ours has them."""
    finish(shop)
    shop.act(SignOff(token=TOKEN, rating=5, signer="王建国"), visitor())
    theirs = shop.look(lambda queries: queries.records.of_token(TOKEN, shop.clock.now()))
    assert (theirs.serial, theirs.customer, theirs.site, theirs.warranty) == ("0317", "", "", "")
    assert (theirs.engineer, theirs.signer, theirs.rating) == ("何师傅", "王建国", 5)
    ours = shop.look(lambda queries: queries.records.of_job(shop.job().id, shop.people["何平"]))
    assert (ours.serial, ours.customer, ours.engineer) == ("SN-2024-000317", "苏州恒力机械有限公司", "何平")
    with pytest.raises(NotFound):
        shop.look(lambda queries: queries.records.of_job(shop.job().id, shop.people["马强"]))


async def press(session, deed, token=TOKEN, nonce="p" * 22, **more):
    """Send one of the small forms; return where it leads, or the words beside it."""
    data = {"deed": deed, "nonce": nonce, **more}
    async with session.post(f"/t/{token}", data=data, allow_redirects=False) as answer:
        if answer.status == 303:
            return answer.headers["Location"]
        return re.search(r'id="wrong">([^<]+)<', await answer.text())[1]


async def test_the_way_is_told_like_a_parcels(shop, session):
    job, he = shop.job(), shop.people["何平"]
    shop.act(AcceptJob(work_order_id=job.id, eta=MONDAY.replace(hour=7), eta_end=MONDAY.replace(hour=8)), he)
    assert "<h1>何师傅预计今天 15:00–16:00 到</h1>" in await shown(session)
    shop.act(DepartJob(work_order_id=job.id), he)
    page = await shown(session)
    assert "<h1>何师傅已出发，预计今天 15:00–16:00 到</h1>" in page
    way = re.findall(r"<li><b>([^<]+)</b> <span>([^<]+)</span></li>", page)
    assert [words for words, _ in way] == ["何师傅出发", "何师傅接单", "已派单", "收到报修"]
    shop.act(ArriveJob(work_order_id=job.id), he)
    shop.act(BlockVisit(work_order_id=job.id, words="门卫不让进"), he)
    page = await shown(session)
    assert "<h1>何师傅到了门口，还没能看到机器</h1>" in page
    assert "门卫不让进" not in page


async def test_not_needed_any_more(shop, session):
    """C9: nobody has left, so it is called off; a second time, and from another link, nothing happens."""
    shop.report("还没好", token="l" * 22)
    assert "请由最先报修的人来说" in await press(session, "cancel", token="l" * 22)
    assert await press(session, "cancel", words="自己弄好了") == f"/t/{TOKEN}?after=cancel"
    assert shop.job().state is JobState.CANCELLED
    assert "这次报修已取消" in await shown(session)
    assert "不用再取消" in await press(session, "cancel", nonce="q" * 22)
    assert 'id="cancel"' not in await shown(session)


async def test_the_customer_agrees_to_another_visit(shop, session):
    job, he = shop.job(), shop.people["何平"]
    for deed in (AcceptJob(work_order_id=job.id), ArriveJob(work_order_id=job.id)):
        shop.act(deed, he)
    shop.act(ProposeVisit(work_order_id=job.id, at=MONDAY.replace(day=25, hour=1)), he)
    assert "再来一次，可以吗" in await shown(session)
    assert await press(session, "visit") == f"/t/{TOKEN}?after=visit"
    assert "再来一次，可以吗" not in await shown(session)
    assert shop.job().eta == MONDAY.replace(day=25, hour=1)
    assert "何师傅11月25日（周三）09:00 再来" in await shown(session)


@pytest.mark.parametrize(("agrees", "state"), [("1", "given"), ("0", "refused")])
async def test_paid_parts_want_the_customers_yes(shop, session, agrees, state):
    """U29: he sees the price first; only the link of the first report answers, and it answers once."""
    job, he = shop.job(), shop.people["何平"]
    shop.act(
        EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", warranty_until=date(2025, 1, 1))
    )
    shop.act(EnrolPart(code="6205", name="6205轴承", price_fen=8000))
    for deed in (AcceptJob(work_order_id=job.id), ArriveJob(work_order_id=job.id)):
        shop.act(deed, he)
    shop.report("还没好", token="l" * 22)
    shop.act(RequestParts(work_order_id=job.id, parts=(SaidPart(name="6205轴承", quantity=2),)), he)
    assert "更换6205轴承 ×2要另收 <b>¥160.00</b>" in await shown(session)
    async with session.get(f"/t/{'l' * 22}") as other:
        assert "另收" not in await other.text()
    assert "请由最先报修的人来说" in await press(session, "price", token="l" * 22, agrees="1")
    assert await press(session, "price", agrees=agrees) == f"/t/{TOKEN}?after=price"
    assert "另收" not in await shown(session)
    (request,) = shop.all(PartRequest)
    assert request.consent == state


async def test_what_was_fitted_out_of_warranty_stands_with_its_price_above_the_signature(shop, session):
    """U29: used without being asked for first, it is agreed to with the signature; under warranty nothing is said."""
    job, he = shop.job(), shop.people["何平"]
    shop.act(EnrolPart(code="6205", name="6205轴承", price_fen=8000, stock=5))
    for deed in (AcceptJob(work_order_id=job.id), ArriveJob(work_order_id=job.id)):
        shop.act(deed, he)
    done = shop.act(FinishJob(work_order_id=job.id, parts=(SaidPart(name="6205", quantity=2),), words="修好了"), he)
    assert (done.charged_fen, "签收即同意付费" in await shown(session)) == (0, False)
    shop.act(
        EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", warranty_until=date(2025, 1, 1))
    )
    page = await shown(session)
    assert "<dt>6205轴承 ×2</dt><dd>¥160.00</dd>" in page
    assert "备件收费共 <b>¥160.00</b>，签收即同意付费" in page


async def test_a_complaint_is_its_own_ticket_and_not_doubled(shop, session):
    """S-146, C4: from the first link only, with words; said twice it is one complaint."""
    shop.report("还没好", token="l" * 22)
    assert "请由最先报修的人来说" in await press(session, "complain", token="l" * 22, words="太慢")
    assert "请写一句哪里不满意" in await press(session, "complain", nonce="a" * 22)
    for nonce in ("b" * 22, "c" * 22):
        lead = await press(session, "complain", nonce=nonce, words="等了两天没人来 <script>alert(1)</script>")
        assert lead == f"/t/{TOKEN}?after=complain"
    complaints = [ticket for ticket in shop.all(Ticket) if ticket.type is ServiceType.COMPLAINT]
    assert [ticket.no for ticket in complaints] == ["TS-2611-0001"]
    assert complaints[0].fault.endswith("（BX-2611-0001）")


async def test_broken_again_is_a_new_ticket_that_knows_the_old_one(shop, session):
    """S-143: within the days the policy says, from the first link only, and sent twice it is one."""
    finish(shop)
    assert "又坏了" not in await shown(session)
    assert "请由" not in await press(session, "again")
    async with session.post(f"/t/{TOKEN}", data=values()) as signed:
        assert "又坏了，再报一次" in await signed.text()
    leads = {await press(session, "again", nonce="a" * 22, words="还是一样的毛病") for _ in range(2)}
    assert len(leads) == 1
    (lead,) = leads
    assert lead.endswith("?after=again") and TOKEN not in lead
    async with session.get(lead) as answer:
        page = await answer.text()
    assert "BX-2611-0002" in page
    assert "同一台机器不久前刚修过" in page
    assert 'id="complain" open' in page
    assert "已重新报修" in page
    assert len(shop.all(Ticket)) == 2
    assert [each.consent for each in shop.all(FaultReport)] == ["2026-11", "2026-11"]
    shop.clock.move(timedelta(days=8))
    assert "再报一次" not in await shown(session)


async def test_the_stars_are_the_companys_own(tmp_path):
    ten = POLICY.model_copy(update={"rating": RatingPolicy(scale=10, poor=6)})
    with open_shop(f"sqlite:///{tmp_path}/shop.db", service=ten) as shop:
        shop.report(token=TOKEN)
        for deed in (AcceptJob, ArriveJob, FinishJob):
            shop.act(deed(work_order_id=1), shop.people["何平"])
        async with front_desk(shop, tmp_path) as (server, _, _), aiohttp.ClientSession(server.make_url("/")) as session:
            async with session.get(f"/t/{TOKEN}") as page:
                assert (await page.text()).count('name="rating"') == 10
            async with session.post(f"/t/{TOKEN}", data=values(rating="11")) as refused:
                assert (refused.status, "请点一下星星" in await refused.text()) == (422, True)
            async with session.post(f"/t/{TOKEN}", data=values(rating="6")) as signed:
                assert 'aria-label="6 分"' in await signed.text()
        assert "客户只打了 6 分，请回访" in shop.told("唐悦")[-1]
