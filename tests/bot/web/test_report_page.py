"""The page behind the QR code, spoken to as a browser without script would, or as somebody hostile."""

from __future__ import annotations

import io
import re
import wave
from datetime import timedelta
from ipaddress import ip_network

import aiohttp
import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.web.desk import Phones
from bot.web.report import progress_token
from domain.customers.commands import EnrolCustomer
from domain.equipment.commands import EnrolEquipment
from domain.errors import Stale
from domain.files.kept_file import KeptFile
from domain.service.held import DropHeld, HeldReport, ReleaseHeld
from domain.service.ticket import FaultReport, Ticket
from tests.support.front_desk import front_desk
from tests.support.service_shop import OTHER_SLUG, SLUG, open_shop

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


def spoken():
    out = io.BytesIO()
    with wave.open(out, "wb") as voice:
        voice.setnchannels(1)
        voice.setsampwidth(2)
        voice.setframerate(16_000)
        voice.writeframes(bytes(range(256)) * 20)
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


async def test_a_picture_or_a_voice_says_it_without_words(shop, desk):
    session, _, _ = desk
    said = aiohttp.FormData({**GOOD, "words": "", "phone": "0512-65551234"})
    said.add_field("photos", jpeg(), filename="IMG.jpg", content_type="image/jpeg")
    said.add_field("voice", spoken(), filename="v.wav", content_type="audio/wav")
    async with session.post(f"/r/{SLUG}", data=said) as answer:
        assert "BX-2611-0001" in await answer.text()
    assert shop.all(Ticket)[0].fault == "见照片、语音"


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ({"words": " "}, "请写一句哪里不对"),
        ({"words": "长" * 1001}, "控制在 1000 个字以内"),
        ({"urgent": ""}, "请选一下"),
        ({"phone": "没有"}, "请留一个能打通的电话"),
        ({"phone": "1381234567"}, "手机号是 11 位"),
        ({"phone": "+86 138 1234 56789"}, "手机号是 11 位"),
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


async def test_a_file_that_is_no_photo_and_a_seventh_photo_are_refused(desk):
    session, arrivals, _ = desk
    async with session.post(f"/r/{SLUG}", data=form(GOOD, b"<svg onload=alert(1)>")) as answer:
        assert (answer.status, "这不是能识别的照片" in await answer.text()) == (422, True)
    async with session.post(f"/r/{SLUG}", data=form(GOOD, *[jpeg()] * 7)) as answer:
        assert (answer.status, "最多 6 张照片" in await answer.text()) == (422, True)
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


async def test_a_strategic_customer_sees_the_direct_line_and_nobody_sees_the_level(shop, tmp_path):
    """S-152, R-71."""
    phones = Phones(hotline="400-800-1234", direct="021-5555-0001", strategic=("战略",))
    shop.act(EnrolCustomer(name="苏州恒力机械有限公司", level="战略"))
    async with (
        front_desk(shop, tmp_path, phones=phones) as (server, _, _),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        for slug, phone in ((SLUG, "021-5555-0001"), (OTHER_SLUG, "400-800-1234")):
            async with session.get(f"/r/{slug}") as answer:
                page = await answer.text()
            assert re.findall(r'href="tel:([^"]+)"', page) == [phone]
            assert "战略" not in page


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
    assets = re.findall(r'"(/static/[^"]+)"', page)
    for asset in assets:
        async with session.get(asset) as got:
            body = await got.text()
            sizes.append(len(body.encode()))
            assets += [f"/static/{module}" for module in re.findall(r'from "\./([^"]+)"', body)]
            assert got.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(sizes) == 8
    assert sum(sizes) < 60_000
    async with session.get("/static/../pages.py") as outside:
        assert outside.status == 404


async def test_beyond_its_budget_a_device_waits_for_a_person(shop, tmp_path):
    """R-72: nothing is lost, nobody is rung up for it, and the link says how it stands."""
    async with (
        front_desk(shop, tmp_path, reports=2) as (server, arrivals, _),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        pages = []
        for index in range(4):
            async with session.post(f"/r/{SLUG}", data=form({**GOOD, "nonce": f"{index}" * 22}, jpeg())) as answer:
                pages.append((answer.status, "BX-2611-0001" in await answer.text()))
        assert pages == [(200, True), (200, True), (200, False), (200, False)]
        assert [envelope.text for envelope, _ in arrivals.kept.values()] == ["report_fault"] * 2 + ["hold_report"] * 2
        assert [len(envelope.attachments) for envelope, _ in arrivals.kept.values()] == [1, 1, 0, 0]
        assert (count(shop, FaultReport), count(shop, HeldReport)) == (2, 2)
        assert [said for said in shop.told("唐悦") if "超出的先放着" in said] == [
            "短时间内来了太多报修，超出的先放着没有派单。请打开调度看板，核对后立案或搁置。"
        ]
        links = [f"/t/{progress_token(SLUG, digit * 22)}" for digit in "23"]
        async with session.get(links[0]) as waiting:
            assert "已收到，正在核对" in await waiting.text()
        held = shop.all(HeldReport)
        shop.act(ReleaseHeld(held_id=held[0].id), shop.people["唐悦"])
        shop.act(DropHeld(held_id=held[1].id), shop.people["唐悦"])
        async with session.get(links[0]) as taken, session.get(links[1]) as dropped:
            assert "BX-2611-0001" in await taken.text()
            assert "这条报修没有立案" in await dropped.text()
        with pytest.raises(Stale, match="已经立过案了"):
            shop.act(ReleaseHeld(held_id=held[0].id), shop.people["唐悦"])


async def test_an_address_that_asks_too_often_answers_a_question_first(shop, tmp_path):
    """R-72: the answer lets one submission through, once, and only under the nonce it was asked about."""
    async with (
        front_desk(shop, tmp_path, addresses=1) as (server, arrivals, _),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        async with session.post(f"/r/{SLUG}", data=form(GOOD)) as first:
            assert first.status == 200
        async with session.post(f"/r/{SLUG}", data=form({**GOOD, "nonce": "2" * 22})) as asked:
            page = await asked.text()
        assert (asked.status, len(arrivals.kept)) == (429, 1)
        one, other = re.search(r">(.)加(.)等于几", page).groups()
        solved = {
            **GOOD,
            "nonce": re.search(r'name="nonce" value="([^"]+)"', page)[1],
            "seal": re.search(r'name="seal" value="([^"]+)"', page)[1],
            "answer": str("零一二三四五六七八九".index(one) + "零一二三四五六七八九".index(other)),
        }
        for wrong in ({"answer": "1"}, {"answer": "²"}, {"nonce": "3" * 22}, {"seal": "9" * 12 + ".x"}, {"seal": ""}):
            async with session.post(f"/r/{SLUG}", data=form({**solved, **wrong})) as refused:
                assert refused.status == 429
        for _ in range(2):
            async with session.post(f"/r/{SLUG}", data=form(solved)) as answer:
                assert answer.status == 200
        assert len(arrivals.kept) == 2
        shop.clock.move(timedelta(minutes=31))
        async with session.post(f"/r/{SLUG}", data=form(solved)) as late:
            assert late.status == 429


async def test_in_a_flood_the_genuine_reports_are_all_kept(shop, tmp_path):
    """R-72: every tenth is genuine, each from its own address; benchmarks/flood.py does it with 5,000."""
    async with (
        front_desk(shop, tmp_path, reports=3, addresses=8, everybody=10, proxies=[ip_network("127.0.0.0/8")]) as (
            server,
            arrivals,
            _,
        ),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        statuses = {True: [], False: []}
        for index in range(120):
            genuine = index % 10 == 9
            sender = f"203.0.113.{index}" if genuine else f"198.51.100.{index % 9}"
            values = {**GOOD, "nonce": f"{'genuine' if genuine else 'flood'}-{index:016}"}
            path, headers = f"/r/{(SLUG, OTHER_SLUG)[index % 2]}", {"X-Forwarded-For": sender}
            async with session.post(path, data=form(values), headers=headers, allow_redirects=False) as answer:
                statuses[genuine].append(answer.status)
    assert statuses[True] == [303] * 12
    assert (statuses[False].count(303), statuses[False].count(429)) == (72, 36)
    assert len(arrivals.kept) == 84
    assert (count(shop, Ticket), count(shop, FaultReport), count(shop, HeldReport)) == (2, 6, 78)
    assert sum(len(shop.told(name)) for name in shop.people) <= 20


async def test_when_somebody_is_there_and_what_was_said_go_with_the_report(shop, desk):
    """Boxes of a page that was left open mean what they showed; what no page of ours offered is left out."""
    session, arrivals, files = desk
    async with session.get(f"/r/{SLUG}") as answer:
        boxes = re.findall(r'name="when" value="([^"]+)"', await answer.text())
    assert boxes[-1] == "2026-11-25 18:00-21:00"
    data = form({**GOOD})
    for value in (
        boxes[-1],
        boxes[0],
        boxes[0],
        "2026-12-24 08:00-12:00",
        "2026-11-24 00:00-24:00",
        "2026-99-99 08:00-12:00",
    ):
        data.add_field("when", value)
    data.add_field("voice", spoken(), filename="voice.wav", content_type="text/html")
    async with session.post(f"/r/{SLUG}", data=data) as answer:
        assert answer.status == 200
    ((envelope, _),) = arrivals.kept.values()
    assert envelope.data["windows"] == f"{boxes[0]};{boxes[-1]}"
    (voice,) = [each for each in envelope.attachments if each.kind == "voice"]
    assert files.get(voice.file_id) == spoken()
    (kept,) = shop.all(KeptFile)
    assert (kept.subject, kept.kind, kept.mime) == (f"workorder:{shop.job().id}", "voice", "audio/wav")
    data = form({**GOOD, "nonce": "4" * 22})
    data.add_field("voice", b"<script>", filename="voice.wav", content_type="audio/wav")
    async with session.post(f"/r/{SLUG}", data=data) as answer:
        assert (answer.status, "语音打不开" in await answer.text()) == (422, True)


async def test_what_is_far_too_big_is_refused_in_words_beside_the_form(desk):
    """R-74: 30 MB, and two of them."""
    session, arrivals, _ = desk
    big = [io.BytesIO(jpeg() + bytes(30 * 1024 * 1024)) for _ in range(2)]
    async with session.post(f"/r/{SLUG}", data=form(GOOD, *big)) as answer:
        page = await answer.text()
    assert (answer.status, "图片太大了，请发 10 MB 以内的照片" in page, "主轴异响 E07" in page) == (422, True, True)
    assert arrivals.kept == {}


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
