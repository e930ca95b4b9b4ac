"""An engineer in a cellar: fills in the form without a network, the customer signs on his phone, it goes out once."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from sqlalchemy import select

from domain.service.accept import AcceptJob
from domain.service.report import ReportFault
from domain.service.states import JobState
from domain.service.visit import ArriveJob
from domain.service.work_order import WorkOrder
from storage.tables import inbox
from tests.support.house import open_house
from tests.support.staff import act, look

pytestmark = pytest.mark.browser


def photo() -> bytes:
    picture = Image.effect_noise((240, 160), 60).resize((2400, 1600)).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "CANARY-PHONE"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def test_a_visit_is_written_down_in_a_cellar_and_goes_out_once(tmp_path, phone):
    async with open_house(f"sqlite:///{tmp_path}/bot.db", tmp_path, mix="mixed") as house:
        engine = house.engine
        machine = await look(house, "唐悦", lambda queries, viewer: queries.equipment.plate("ZkJ07blCX3UALIpFw1ZiNw"))
        reported = engine.files.put(photo(), "image/jpeg", "现场1.jpg")
        await act(house, "唐悦", ReportFault(equipment_id=machine.id, words="主轴异响", photos=(reported,)))
        job = await engine.database.read(lambda session: session.scalars(select(WorkOrder)).one())
        await act(house, "何平", AcceptJob(work_order_id=job.id))
        await act(house, "何平", ArriveJob(work_order_id=job.id))

        tab = await phone.new_page()
        await tab.goto(f"{house.base}/m/jobs/{job.id}")
        await tab.get_by_role("link", name="用钉钉登录").click()
        await tab.get_by_role("link", name="何平").click()
        await tab.locator("#sheet").wait_for()
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390
        for field in ("before", "after"):
            await tab.locator(f"input[name={field}]").set_input_files(
                {"name": "IMG.jpg", "mimeType": "image/jpeg", "buffer": photo()}
            )
            await tab.locator(f".field:has(#{field}-label)").get_by_alt_text("第 1 张照片").wait_for()
        await tab.get_by_label("备件").first.fill("6205")
        await tab.get_by_label("数量").first.fill("2")
        await tab.get_by_label("修好了，完工").check()
        await tab.get_by_role("button", name="提交现场记录").click()
        assert await tab.locator("#trouble").inner_text() == "请写一句做了什么"
        await tab.get_by_label("做了什么").fill("主轴轴承缺油，换了两个，试车正常")
        await tab.get_by_text("客户就在旁边").click()
        await tab.locator("label[for=star5]").click()
        await tab.get_by_role("button", name="提交现场记录").click()
        assert await tab.locator("#trouble").inner_text() == "请客户在签名框里签上名字"
        await tab.locator("#pad").scroll_into_view_if_needed()
        pad = await tab.locator("#pad").bounding_box()
        await tab.mouse.move(pad["x"] + 70, pad["y"] + 60)
        await tab.mouse.down()
        for x, y in ((120, 120), (170, 50), (200, 130), (260, 70)):
            await tab.mouse.move(pad["x"] + x, pad["y"] + y, steps=4)
        await tab.mouse.up()
        await tab.screenshot(path=tmp_path / "sheet.png", full_page=True)

        await phone.set_offline(True)
        await tab.get_by_role("button", name="提交现场记录").click()
        await tab.get_by_text("没有网络，已存在手机里").wait_for()
        await tab.close()
        await phone.set_offline(False)
        for _ in range(2):
            tab = await phone.new_page()
            await tab.goto(f"{house.base}/m/jobs/{job.id}")
            await tab.get_by_text("客户已签收").first.wait_for()
        await tab.screenshot(path=tmp_path / "signed.png", full_page=True)

        done = await engine.database.read(lambda session: session.get_one(WorkOrder, job.id))
        assert (done.state, done.rating, done.words) == (JobState.CONFIRMED, 5, "主轴轴承缺油，换了两个，试车正常")
        assert Image.open(io.BytesIO(engine.files.get(done.signature))).format == "PNG"
        sheet = await look(house, "何平", lambda queries, viewer: queries.sheets.of(job.id, viewer))
        assert [(file.by, file.name) for file in sheet.files] == [
            ("客户", ""),
            ("何平", "修前1.jpg"),
            ("何平", "修后1.jpg"),
        ]
        assert all(b"CANARY" not in engine.files.get(file.file_id) for file in sheet.files[1:])
        forms = select(inbox.c.key).where(inbox.c.key.like("web:%"))
        assert len(await engine.database.read(lambda session: session.scalars(forms).all())) == 1
        used = await look(house, "何平", lambda queries, viewer: queries.parts.used_by(f"workorder:{job.id}"))
        assert used == [("6205轴承", 2)]
