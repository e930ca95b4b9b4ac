"""A customer with a phone: scans, reports with a photo, follows the link, signs with a finger, rates."""

from __future__ import annotations

import io
import wave

import pytest
from PIL import Image

from domain.service.accept import AcceptJob
from domain.service.finishing import FinishJob, SaidPart
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from tests.support.company import MONDAY
from tests.support.front_desk import front_desk
from tests.support.service_shop import SLUG, open_shop

pytestmark = pytest.mark.browser


def photo_with_place(width: int = 3000, height: int = 2000) -> bytes:
    """Return a big JPEG that says where it was taken (R-75)."""
    picture = Image.effect_noise((width // 10, height // 10), 60).resize((width, height)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "CANARY-PHONE"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 18.0, 0.0), 3: "E", 4: (120.0, 37.0, 0.0)})
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


@pytest.fixture
def shot(request, tmp_path):
    """Return a function that photographs the page, for looking at it."""

    async def take(tab, name: str) -> None:
        await tab.screenshot(path=tmp_path / f"{name}.png", full_page=True)

    return take


async def test_from_the_scan_to_the_signature(shop, phone, tmp_path, shot):
    async with front_desk(shop, tmp_path) as (server, arrivals, files):
        tab = await phone.new_page()
        await tab.goto(str(server.make_url(f"/r/{SLUG}")))
        assert "SN-2024" not in await tab.content()
        await shot(tab, "report-empty")

        await tab.get_by_role("button", name="提交报修").click()
        assert await tab.locator("#trouble").inner_text() == "请选一下：停机了，还是还能用"

        await tab.get_by_label("停机").check()
        await tab.get_by_label("哪里不对").fill("主轴异响，屏幕显示 E07")
        await tab.get_by_label("联系电话").fill("138 1234 5678")
        await tab.locator("input[type=file]").set_input_files(
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place()}
        )
        await tab.get_by_alt_text("第 1 张照片").wait_for()
        await tab.get_by_label("同意将以上内容").check()
        await tab.get_by_label("下午").nth(1).check()
        await tab.get_by_role("button", name="说一段话").click()
        await tab.wait_for_timeout(300)
        await tab.get_by_role("button", name="正在录").click()
        await tab.locator("#voice audio").wait_for()
        await shot(tab, "report-filled")
        await tab.get_by_role("button", name="提交报修").click()

        await tab.locator("#ticket-no").wait_for()
        assert await tab.locator("#ticket-no").inner_text() == "BX-2611-0001"
        await shot(tab, "sent")
        ((envelope, _),) = arrivals.kept.values()
        assert envelope.data["windows"] == "2026-11-24 13:00-18:00"
        (voice,) = [files.get(each.file_id) for each in envelope.attachments if each.kind == "voice"]
        with wave.open(io.BytesIO(voice)) as heard:
            assert (heard.getframerate(), heard.getnframes() > 1000) == (16_000, True)
        await tab.get_by_role("link", name="查看进度").click()
        assert await tab.locator("h1").inner_text() == "正在等师傅接单"
        await shot(tab, "progress-offered")

        job = shop.job()
        view = shop.look(lambda queries: queries.service.job(job.id, shop.people["何平"]))
        assert (view.urgent, view.fault_code, view.photos, view.phone) == (True, "E07", 1, "138 1234 5678")
        shop.act(AcceptJob(work_order_id=job.id, eta=MONDAY.replace(hour=7, minute=30)), shop.people["何平"])
        await tab.reload()
        assert await tab.locator("h1").inner_text() == "何师傅预计今天 15:30 到"
        await shot(tab, "progress-accepted")

        shop.act(ArriveJob(work_order_id=job.id), shop.people["何平"])
        shop.act(FinishJob(work_order_id=job.id, parts=(SaidPart(name="6205轴承", quantity=2),)), shop.people["何平"])
        await tab.reload()
        assert await tab.locator("h1").inner_text() == "修好了，请您签收"
        await tab.get_by_role("button", name="确认签收").click()
        assert await tab.locator("#trouble").inner_text() == "请点一下星星，给师傅打个分"
        await tab.locator("label[for=star5]").click()
        pad = await tab.locator("#pad").bounding_box()
        await tab.mouse.move(pad["x"] + 70, pad["y"] + 60)
        await tab.mouse.down()
        for x, y in ((120, 120), (170, 50), (200, 130), (260, 70), (290, 110)):
            await tab.mouse.move(pad["x"] + x, pad["y"] + y, steps=6)
        await tab.mouse.up()
        await tab.get_by_label("想说的话").fill("来得快，修得好")
        await shot(tab, "sign")
        await tab.get_by_role("button", name="确认签收").click()
        await tab.get_by_role("heading", name="已完成，谢谢您").wait_for()
        await shot(tab, "done")

        job = shop.job()
        assert (job.state, job.rating, job.comment) == (JobState.CONFIRMED, 5, "来得快，修得好")
        assert Image.open(io.BytesIO(files.get(job.signature))).format == "PNG"
        assert shop.told("何平")[-1] == "苏州恒力的 X200（WO-2611-0001）客户已签收，给您打了 5 分：“来得快，修得好”。"
        assert shop.look(lambda queries: queries.parts.on_hand("6205")) == {"main": 4, "van:5": 0}


async def test_the_photo_leaves_the_phone_small_and_without_its_place(shop, phone, tmp_path):
    """R-75: what is stored has no EXIF, and the long side was cut before the upload."""
    async with front_desk(shop, tmp_path) as (server, arrivals, files):
        tab = await phone.new_page()
        await tab.goto(str(server.make_url(f"/r/{SLUG}")))
        await tab.locator("input[type=file]").set_input_files(
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place()}
        )
        await tab.get_by_alt_text("第 1 张照片").wait_for()
        sizes = await tab.evaluate(
            "createImageBitmap(document.querySelector('input[type=file]').files[0]).then(p => [p.width, p.height])"
        )
        assert sizes == [1600, 1067]
        await tab.get_by_label("还能用").check()
        await tab.get_by_label("哪里不对").fill("有异响")
        await tab.get_by_label("联系电话").fill("13812345678")
        await tab.get_by_label("同意将以上内容").check()
        await tab.get_by_role("button", name="提交报修").click()
        await tab.locator("#ticket-no").wait_for()
        ((envelope, _),) = arrivals.kept.values()
        stored = files.get(envelope.attachments[0].file_id)
        assert b"CANARY-PHONE" not in stored
        assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}


async def test_without_a_network_the_report_waits_and_goes_once(shop, phone, tmp_path):
    async with front_desk(shop, tmp_path) as (server, arrivals, _):
        tab = await phone.new_page()
        await tab.goto(str(server.make_url(f"/r/{SLUG}")))
        await tab.get_by_label("还能用").check()
        await tab.get_by_label("哪里不对").fill("有异响")
        await tab.get_by_label("联系电话").fill("13812345678")
        await tab.get_by_label("同意将以上内容").check()
        await phone.set_offline(True)
        await tab.get_by_role("button", name="提交报修").click()
        assert "网络一恢复就自动提交" in await tab.locator("#trouble").inner_text()
        assert arrivals.kept == {}
        await phone.set_offline(False)
        await tab.locator("#ticket-no").wait_for()
        await tab.reload()
        assert await tab.locator("#ticket-no").inner_text() == "BX-2611-0001"
        assert len(arrivals.kept) == 1


async def test_what_was_filled_in_without_a_network_is_sent_when_the_code_is_scanned_again(shop, phone, tmp_path):
    """The page was closed in the cellar: photo and all wait on the phone, and go once."""
    async with front_desk(shop, tmp_path) as (server, arrivals, _):
        address = str(server.make_url(f"/r/{SLUG}"))
        tab = await phone.new_page()
        await tab.goto(address)
        await tab.get_by_label("停机").check()
        await tab.get_by_label("哪里不对").fill("地下室进水了")
        await tab.get_by_label("联系电话").fill("13812345678")
        await tab.locator("input[type=file]").set_input_files(
            {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo_with_place(600, 400)}
        )
        await tab.get_by_alt_text("第 1 张照片").wait_for()
        await tab.get_by_label("同意将以上内容").check()
        await phone.set_offline(True)
        await tab.get_by_role("button", name="提交报修").click()
        await tab.get_by_text("下次扫码打开时会接着提交").wait_for()
        await tab.close()
        await phone.set_offline(False)
        for _ in range(2):
            tab = await phone.new_page()
            await tab.goto(address)
            if not arrivals.kept:
                await tab.locator("#ticket-no").wait_for()
        ((envelope, _),) = arrivals.kept.values()
        assert (envelope.data["words"], len(envelope.attachments)) == ("地下室进水了", 1)
        assert await tab.get_by_role("button", name="提交报修").is_visible()


async def test_without_script_everything_still_works(shop, browser, tmp_path):
    async with front_desk(shop, tmp_path) as (server, _, _):
        context = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        tab = await context.new_page()
        await tab.goto(str(server.make_url(f"/r/{SLUG}")))
        await tab.get_by_label("停机").check()
        await tab.get_by_label("哪里不对").fill("<b>主轴</b>异响")
        await tab.get_by_label("联系电话").fill("13812345678")
        await tab.get_by_label("同意将以上内容").check()
        await tab.get_by_role("button", name="提交报修").click()
        await tab.get_by_role("link", name="查看进度").click()
        job = shop.job()
        for deed in (AcceptJob, ArriveJob, FinishJob):
            shop.act(deed(work_order_id=job.id), shop.people["何平"])
        await tab.reload()
        assert not await tab.locator("#pad-box").is_visible()
        await tab.locator("label[for=star4]").click()
        await tab.get_by_label("签收人姓名").fill("王建国")
        await tab.get_by_role("button", name="确认签收").click()
        assert await tab.locator("h1").inner_text() == "已完成，谢谢您"
        assert (shop.job().rating, shop.job().signer, shop.job().signature) == (4, "王建国", "")
        await context.close()


async def test_the_progress_page_renews_itself_but_never_while_somebody_types(shop, phone, tmp_path):
    shop.report(token="t" * 22)
    async with front_desk(shop, tmp_path) as (server, _, _):
        tab = await phone.new_page()
        await tab.clock.install()
        address = str(server.make_url(f"/t/{'t' * 22}"))
        await tab.goto(f"{address}?after=urge")
        await tab.get_by_text("不满意？投诉").click()
        words = tab.get_by_label("哪里不满意")
        await words.fill("修了两次还是一样的毛病")
        await tab.clock.run_for(125_000)
        assert await words.input_value() == "修了两次还是一样的毛病"
        await words.fill("")
        await words.blur()
        shop.act(AcceptJob(work_order_id=shop.job().id), shop.people["何平"])
        await tab.clock.run_for(61_000)
        await tab.get_by_role("heading", name="何师傅已接单").wait_for()
        assert tab.url == address
