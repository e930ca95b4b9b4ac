"""The page of a job: its pictures for those it concerns, the form for its engineer, each form once."""

from __future__ import annotations

import base64
import io
import re

import aiohttp
import pytest
import pytest_asyncio
from PIL import Image
from sqlalchemy import select

from domain.files.kept_file import KeptFile
from domain.service.accept import AcceptJob
from domain.service.dispatch import AssignJob
from domain.service.held import HeldReport, HoldReport
from domain.service.report import ReportFault
from domain.service.work_order import WorkOrder
from tests.support.house import open_house
from tests.support.staff import act, hidden_nonce, look, open_tab

pytestmark = pytest.mark.asyncio(loop_scope="module")

SLUG = "ZkJ07blCX3UALIpFw1ZiNw"
OTHER_SLUG = "QQhgiCuTbnyrIUJwzWbcTw"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    async with open_house(f"sqlite:///{folder}/bot.db", folder, mix="mixed") as house:
        yield house


def jpeg(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG", comment=b"cAnArY")
    return out.getvalue()


def drawn() -> str:
    picture = Image.new("RGBA", (300, 100))
    picture.paste((0, 0, 0, 255), (40, 40, 200, 46))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


SIGNATURE = drawn()


def form(page: str, **values: str) -> aiohttp.FormData:
    """Return the form of a page, as a browser without script fills it in."""
    at = page.index('id="sheet"')
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page[at:]))
    fields.pop("check", None)
    return aiohttp.FormData({**fields, **values})


async def job_of(house) -> WorkOrder:
    return await house.engine.database.read(lambda session: session.scalars(select(WorkOrder)).all()[-1])


async def files_of(house, job: WorkOrder) -> list[tuple[str, str]]:
    query = select(KeptFile).where(KeptFile.subject == f"workorder:{job.id}").order_by(KeptFile.id)
    found = await house.engine.database.read(lambda session: session.scalars(query).all())
    return [(file.name, file.mime) for file in found]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def job(house):
    photo = house.engine.files.put(jpeg("blue"), "image/jpeg", "现场1.jpg")
    machine = await look(house, "唐悦", lambda queries, viewer: queries.equipment.plate(SLUG))
    report = ReportFault(equipment_id=machine.id, words="主轴异响", phone="13812345678", photos=(photo,))
    await act(house, "唐悦", report)
    job = await job_of(house)
    asked = await house.engine.database.read(lambda session: session.get_one(WorkOrder, job.id).state)
    assert asked == "offered"
    await act(house, "何平", AcceptJob(work_order_id=job.id))
    return job


async def test_the_photos_of_the_report_are_shown_to_those_it_concerns_and_to_nobody_else(house, job):
    """U28."""
    address = f"/m/jobs/{job.id}/files/0"
    for name, status in (("何平", 200), ("唐悦", 200), ("陈静", 200), ("何雨", 404)):
        async with open_tab(house, name) as tab:
            page = await tab.get(f"/m/jobs/{job.id}")
            picture = await tab.get(address)
            assert (page.status, picture.status) == (status, status)
            assert (f'src="{address}"' in await page.text()) == (status == 200)
            assert ('id="sheet"' in await page.text()) == (name == "何平")
            if status == 200:
                assert picture.content_type == "image/jpeg"
                assert picture._body == jpeg("blue")
            for wrong in ("1", "-1", "x", "999999999999999999999"):
                assert (await tab.get(f"/m/jobs/{job.id}/files/{wrong}")).status == 404
    async with open_tab(house) as stranger:
        assert (await stranger.get(address)).status == 302


async def test_what_is_wrong_is_said_beside_the_form_and_what_was_written_stays(house, job):
    async with open_tab(house, "何平") as tab:
        page = await (await tab.get(f"/m/jobs/{job.id}")).text()
        for values, words in (
            ({"done": "1"}, "请写一句做了什么"),
            ({"part": "6205", "pieces": "-2", "words": "<b>换轴承</b>"}, "“6205”要写几个"),
            ({"part": "6205", "pieces": "²", "words": "<b>换轴承</b>"}, "“6205”要写几个"),
            ({"signature": SIGNATURE, "words": "<b>换轴承</b>"}, "请让客户点一下星星"),
            ({"rating": "5", "words": "<b>换轴承</b>"}, "手写签名"),
            ({"signature": "data:image/png;base64,AAAA", "rating": "5"}, "签名图片打不开"),
            ({"part": "6205", "pieces": "500", "done": "1", "words": "<b>换轴承</b>"}, "不够"),
        ):
            answer = await tab.post(f"/m/jobs/{job.id}", data=form(page, **values))
            shown = await answer.text()
            assert (answer.status, words in shown) == (422, True), shown[-3000:]
            if "words" in values:
                assert "&lt;b&gt;换轴承&lt;/b&gt;" in shown
            assert hidden_nonce(shown[shown.index('id="sheet"') :]) != hidden_nonce(page[page.index('id="sheet"') :])
        data = form(page)
        data.add_field("before", b"<svg onload=alert(1)>", filename="a.jpg", content_type="image/jpeg")
        assert "这不是能识别的照片" in await (await tab.post(f"/m/jobs/{job.id}", data=data)).text()
        assert (await tab.post(f"/m/jobs/{job.id}", data=form(page, token="x"))).status == 403
        assert (await tab.post(f"/m/jobs/{job.id}", data=form(page, nonce="x"))).status == 400
    async with open_tab(house, "何雨") as sales:
        token = form(page, token=re.search(r'name="token" value="([^"]+)"', await (await sales.get("/m")).text())[1])
        assert (await sales.post(f"/m/jobs/{job.id}", data=token)).status == 404
    assert (await job_of(house)).state == "accepted"
    assert await files_of(house, job) == []


async def test_one_form_is_the_whole_visit_and_sent_twice_it_is_one(house, job):
    """Arrived, done with parts, signed by the customer on the engineer's phone: one effect."""
    async with open_tab(house, "何平") as tab:
        page = await (await tab.get(f"/m/jobs/{job.id}")).text()
        assert '<option value="6205"' in page
        answers = []
        for _ in range(2):
            values = {
                "done": "1",
                "words": "换了轴承，试车正常",
                "rating": "5",
                "comment": "来得快",
                "signature": SIGNATURE,
            }
            data = form(page, **values)
            data.add_field("part", "6205")
            data.add_field("pieces", "1")
            data.add_field("part", "")
            data.add_field("pieces", "1")
            data.add_field("before", jpeg(), filename="1.jpg", content_type="image/jpeg")
            data.add_field("after", jpeg(), filename="2.jpg", content_type="image/jpeg")
            data.add_field("after", b"", filename="", content_type="application/octet-stream")
            answers.append(await tab.post(f"/m/jobs/{job.id}", data=data))
        assert [answer.status for answer in answers] == [303, 303], await answers[0].text()
        shown = await (await tab.get(answers[0].headers["Location"])).text()
        assert "已处理。" in shown
        assert 'id="sheet"' not in shown
        record = await tab.get(f"/m/jobs/{job.id}/record.pdf")
        assert (record.status, record.content_type, record._body[:5]) == (200, "application/pdf", b"%PDF-")
    async with open_tab(house, "何雨") as sales:
        assert (await sales.get(f"/m/jobs/{job.id}/record.pdf")).status == 404
    done = await job_of(house)
    assert (done.state, done.rating, done.comment, done.signer) == ("confirmed", 5, "来得快", "")
    assert house.engine.files.get(done.signature).startswith(b"\x89PNG")
    assert await files_of(house, job) == [("修前1.jpg", "image/jpeg"), ("修后1.jpg", "image/jpeg")]
    used = await look(house, "何平", lambda queries, viewer: queries.parts.used_by(f"workorder:{job.id}"))
    assert [pieces for _, pieces in used] == [1]


async def test_the_checklist_and_the_hours_are_kept_on_the_way(house):
    """What was found is said again when the page is opened later; items nobody asked for are not kept."""
    machine = await look(house, "唐悦", lambda queries, viewer: queries.equipment.plate(SLUG))
    await act(house, "唐悦", ReportFault(equipment_id=machine.id, words="主轴又响了"))
    job = await job_of(house)
    await act(house, "唐悦", AssignJob(work_order_id=job.id, engineer_id=(await person(house, "何平"))))
    await act(house, "何平", AcceptJob(work_order_id=job.id))
    async with open_tab(house, "何平") as tab:
        page = await (await tab.get(f"/m/jobs/{job.id}")).text()
        items = re.findall(r'name="check" value="([^"]+)"', page)
        assert items == ["断电挂牌", "故障复现", "修后试车"]
        data = form(page, minutes="90")
        for item, found in zip([*items, "编的"], ["", "异响在 3000 转", "", "x"], strict=True):
            data.add_field("check", item)
            data.add_field("found", found)
        data.add_field("ok", "断电挂牌")
        data.add_field("part", "62O5轴承")
        data.add_field("pieces", "1")
        done = await tab.post(f"/m/jobs/{job.id}", data=data)
        said = await (await tab.get(done.headers["Location"])).text()
        assert "已处理。目录里没有 62O5轴承 ×1，只记在工单上，没有扣库存。是不是 6205轴承" in said
        page = await (await tab.get(f"/m/jobs/{job.id}")).text()
        assert 'value="断电挂牌" checked' in page
        assert 'value="异响在 3000 转"' in page
        wrong = await tab.post(f"/m/jobs/{job.id}", data=form(page, minutes="9999"))
        assert "工时请写分钟数" in await wrong.text()
    kept = await job_of(house)
    assert (kept.state, kept.minutes) == ("on_site", 90)
    assert kept.checklist == {"断电挂牌": "ok", "故障复现": "异响在 3000 转"}


async def test_the_board_is_for_those_who_dispatch_and_decides_on_what_waits(house):
    """R-72, S-140."""
    machine = await look(house, "唐悦", lambda queries, viewer: queries.equipment.plate(OTHER_SLUG))
    for number in range(4):
        words = f"第{number}条 <script>alert(1)</script>"
        await act(house, "唐悦", HoldReport(equipment_id=machine.id, words=words, token=f"{number}" * 22, phone="138"))
    async with open_tab(house, "何平") as engineer:
        assert (await engineer.get("/m/dispatch")).status == 404
    async with open_tab(house, "唐悦") as tab:
        page = await (await tab.get("/m/dispatch")).text()
        assert "等核对的报修 <small>4</small>" in page
        assert "<script>alert" not in page
        assert 'href="/m/dispatch"' in await (await tab.get("/m")).text()

        async def decide(deed: str) -> int:
            shown = await (await tab.get("/m/dispatch")).text()
            fields = dict(
                re.findall(r'name="(token|nonce|held)" value="([^"]*)"', shown[shown.index('class="held"') :])
            )
            fields["held"] = re.search(r'name="held" value="(\d+)"', shown)[1]
            return (await tab.post("/m/dispatch", data={**fields, "deed": deed})).status

        assert [await decide(deed) for deed in ("release", "drop", "drop_all")] == [303, 303, 303]
        page = await (await tab.get("/m/dispatch")).text()
        assert "等核对的报修" not in page
        assert (
            await tab.post("/m/dispatch", data={"token": hidden_token(page), "held": "1", "deed": "x"})
        ).status == 400
    states = await house.engine.database.read(
        lambda session: session.scalars(select(HeldReport.state).order_by(HeldReport.id)).all()
    )
    assert states == ["released", "dropped", "dropped", "dropped"]


async def person(house, name: str) -> int:
    found = await look(house, name, lambda _, viewer: viewer.person_id)
    assert found is not None
    return found


def hidden_token(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page)[1]


async def test_labels_are_printed_by_those_who_answer_for_service(house):
    async with open_tab(house, "唐悦") as tab:
        shown = await (await tab.get("/m/labels?customer=恒力")).text()
        assert ("苏州恒力机械有限公司" in shown, "<h2>在用设备 <small>2</small></h2>" in shown) == (True, True)
        sheet = await tab.get("/m/labels/sheet.pdf?customer=恒力")
        assert (sheet.status, sheet.content_type, sheet._body[:5]) == (200, "application/pdf", b"%PDF-")
        assert (await tab.get("/m/labels/sheet.pdf?serial=没有")).status == 404
        hostile = await (await tab.get('/m/labels?customer="><script>alert(1)</script>')).text()
        assert "<script>alert" not in hostile
    async with open_tab(house, "何平") as engineer:
        assert (await engineer.get("/m/labels")).status == 404
        assert (await engineer.get("/m/labels/sheet.pdf")).status == 404
