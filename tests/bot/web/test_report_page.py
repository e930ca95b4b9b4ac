"""The page behind the QR code, spoken to as a browser without script would, or as somebody hostile."""

from __future__ import annotations

import io
import re

import aiohttp
import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.web.report import progress_token
from domain.equipment.commands import EnrolEquipment
from domain.service.ticket import FaultReport, Ticket
from tests.support.front_desk import front_desk
from tests.support.service_shop import SLUG, open_shop

NONCE = "n" * 22
GOOD = {"nonce": NONCE, "words": "主轴异响 E07", "urgent": "1", "phone": "13812345678", "consent": "1"}


@pytest.fixture
def shop(tmp_path):
    with open_shop(f"sqlite:///{tmp_path}/shop.db") as shop:
        yield shop


@pytest.fixture
async def desk(shop, tmp_path):
    async with (
        front_desk(shop, tmp_path) as (server, arrivals, files),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        yield session, arrivals, files


def form(values, *photos):
    data = aiohttp.FormData(values)
    for photo in photos:
        data.add_field("photos", photo, filename="IMG.jpg", content_type="image/jpeg")
    if not photos:
        data.add_field("photos", b"", filename="", content_type="application/octet-stream")
    return data


def jpeg():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "JPEG")
    return out.getvalue()


def count(shop, kind):
    return shop.database.look(lambda session: session.scalar(select(func.count()).select_from(kind)))


async def test_a_report_is_handed_in_and_numbered(shop, desk):
    session, arrivals, _ = desk
    async with session.post(f"/r/{SLUG}", data=form(GOOD, jpeg(), jpeg())) as answer:
        page = await answer.text()
    assert (answer.status, "BX-2611-0001" in page, f"/t/{progress_token(SLUG, NONCE)}" in page) == (200, True, True)
    ((envelope, _),) = arrivals.kept.values()
    assert re.fullmatch(rf"web:[0-9a-f]{{24}}:{NONCE}", envelope.key)
    assert (envelope.text, envelope.data["consent"], len(envelope.attachments)) == ("report_fault", "2026-11", 2)
    assert SLUG not in envelope.key
    async with session.get(f"/t/{progress_token(SLUG, NONCE)}") as progress:
        assert progress.status == 200


async def test_signs_that_turn_words_around_are_not_kept(shop, desk):
    """R-104, R-105: controls, NUL and direction marks of a stranger's report never reach the books."""
    session, _, _ = desk
    words = "主轴\u202e异响\u2066\u200f\x07\x00\x1b[31m"
    async with session.post(f"/r/{SLUG}", data=form({**GOOD, "words": words})) as answer:
        assert answer.status == 200
    report = shop.database.look(lambda session: session.scalars(select(FaultReport)).one())
    assert report.words == "主轴异响[31m"


async def test_the_same_nonce_is_the_same_ticket(shop, desk):
    session, _, _ = desk
    pages = []
    for words in ("主轴异响", "主轴异响，又点了一次"):
        async with session.post(f"/r/{SLUG}", data=form({**GOOD, "words": words})) as answer:
            pages.append(await answer.text())
    assert all("BX-2611-0001" in page for page in pages)
    assert (count(shop, Ticket), count(shop, FaultReport)) == (1, 1)


async def test_what_takes_long_is_kept_and_its_link_works_later(shop, desk):
    session, arrivals, _ = desk
    arrivals.late = True
    link = f"/t/{progress_token(SLUG, NONCE)}"
    async with session.post(f"/r/{SLUG}", data=form(GOOD)) as answer:
        page = await answer.text()
    assert "已收到" in page
    assert link in page
    async with session.get(link) as early:
        assert early.status == 404
    arrivals.catch_up()
    async with session.get(link) as later:
        assert "BX-2611-0001" in await later.text()


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"words": " "}, "请写一句哪里不对"),
        ({"words": "长" * 1001}, "控制在 1000 个字以内"),
        ({"urgent": ""}, "请选一下"),
        ({"phone": "没有"}, "请留一个能打通的电话"),
        ({"nonce": "短"}, "页面放得太久了"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_lost(shop, desk, missing, words):
    session, arrivals, _ = desk
    values = {**GOOD, "words": "<script>alert(1)</script>", **missing}
    async with session.post(f"/r/{SLUG}", data=form(values)) as answer:
        page = await answer.text()
    assert (answer.status, words in page, arrivals.kept) == (422, True, {})
    assert "<script>alert" not in page
    if "words" not in missing:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_without_consent_nothing_is_taken(desk):
    """R-78."""
    session, arrivals, _ = desk
    async with session.post(f"/r/{SLUG}", data=form({k: v for k, v in GOOD.items() if k != "consent"})) as answer:
        assert answer.status == 422
    assert arrivals.kept == {}


async def test_a_file_that_is_no_photo_and_a_fourth_photo_are_refused(desk):
    session, arrivals, _ = desk
    async with session.post(f"/r/{SLUG}", data=form(GOOD, b"<svg onload=alert(1)>")) as answer:
        assert (answer.status, "这不是能识别的照片" in await answer.text()) == (422, True)
    async with session.post(f"/r/{SLUG}", data=form(GOOD, *[jpeg()] * 4)) as answer:
        assert (answer.status, "最多 3 张照片" in await answer.text()) == (422, True)
    assert arrivals.kept == {}


async def test_unknown_and_retired_codes_are_answered_alike(shop, desk):
    """R-70: nothing tells one from the other."""
    session, _, _ = desk
    shop.act(EnrolEquipment(serial="SN-2024-000317", model="X200", customer="苏州恒力", retired=True))
    answers = []
    for path in (f"/r/{SLUG}", "/r/unknown-unknown-123456", "/r/x", "/t/unknown-unknown-123456"):
        async with session.get(path) as got:
            answers.append((got.status, await got.text()))
    async with session.post(f"/r/{SLUG}", data=form(GOOD)) as posted:
        answers.append((posted.status, await posted.text()))
    assert {status for status, _ in answers} == {404}
    assert len({page for _, page in answers}) == 1


async def test_a_scan_shows_the_plate_and_nothing_else(desk):
    """R-71."""
    session, _, _ = desk
    async with session.get(f"/r/{SLUG}") as answer:
        page = await answer.text()
    assert "X200" in page
    assert "0317" in page
    for secret in ("SN-2024-000317", "恒力", "苏州", "陈静", "2027"):
        assert secret not in page


async def test_headers_forbid_inline_code_and_caching(desk):
    """R-69."""
    session, _, _ = desk
    async with session.get(f"/r/{SLUG}") as answer:
        page = await answer.text()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert " style=" not in page
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    sizes = [len(page.encode())]
    for asset in re.findall(r'"(/static/[^"]+)"', page):
        async with session.get(asset) as got:
            sizes.append(len(await got.read()))
            assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(sizes) == 4
    assert sum(sizes) < 60_000
    async with session.get("/static/../pages.py") as outside:
        assert outside.status == 404


async def test_a_device_has_its_budget(shop, tmp_path):
    """R-72: the third of two is turned away, and nothing of it is kept."""
    async with (
        front_desk(shop, tmp_path, reports=2) as (server, arrivals, _),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        statuses = []
        for index in range(3):
            async with session.post(f"/r/{SLUG}", data=form({**GOOD, "nonce": f"{index}" * 22})) as answer:
                statuses.append(answer.status)
    assert (statuses, len(arrivals.kept)) == ([200, 200, 429], 2)


async def test_guessing_codes_uses_up_the_views(shop, tmp_path):
    """R-70, R-73: a forged forwarding header is no new address."""
    async with (
        front_desk(shop, tmp_path, views=5) as (server, _, _),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        statuses = []
        for index in range(7):
            forged = {"X-Forwarded-For": f"203.0.113.{index}"}
            async with session.get(f"/r/guess-guess-guess-{index:04}", headers=forged) as answer:
                statuses.append(answer.status)
    assert statuses == [404] * 5 + [429] * 2
