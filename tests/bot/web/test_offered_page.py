"""The customer's page of a quotation: without script, small, safe, and his answer counts once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import unquote

import aiohttp
import pytest

from domain.files.commands import AttachFiles, Sent
from domain.quotes.drafting import ReviseQuote
from domain.quotes.lines import QuoteItem
from domain.quotes.offer import OfferState, QuoteOffer
from domain.quotes.offering import OfferQuote
from domain.quotes.quote import Quote
from storage.files import Files
from tests.domain.quotes.test_configured_quotes import Desk
from tests.support.front_desk import front_desk
from tests.support.pdf_text import pdf_text
from tests.support.trades import open_trade


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with open_trade(f"sqlite:///{tmp_path_factory.mktemp('windows')}/test.db", "windows") as company:
        yield Desk(company)


@pytest.fixture
def quote_id(desk: Desk) -> int:
    quote_id = desk.drafts(desk.window())
    desk.agrees(quote_id)
    return quote_id


@pytest.fixture
def path(desk: Desk, quote_id: int) -> str:
    return f"/q/{desk.company.act(OfferQuote(quote_id=quote_id), desk.name)}"


@pytest.fixture
async def session(desk: Desk, tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        front_desk(desk.company, tmp_path) as (server, _, _),
        aiohttp.ClientSession(server.make_url("/")) as session,
    ):
        yield session


async def shown(session: aiohttp.ClientSession, path: str) -> str:
    async with session.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


def filled(page: str, deed: str, **values: str) -> dict[str, str]:
    form = page[page.index(f'name="deed" value="{deed}"') :].partition("</form>")[0]
    return {"deed": deed, **dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)), **values}


async def test_it_says_what_was_offered_and_nothing_of_ours(
    desk: Desk, session: aiohttp.ClientSession, quote_id: int, path: str
) -> None:
    async with session.get(path) as answer:
        page = await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    weight = len(page.encode())
    for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        async with session.get(asset) as answer:
            weight += len(await answer.read())
    assert weight < 60_000
    quote = desk.company.get(Quote, quote_id)
    for words in (
        "杭州绿湾置业有限公司",
        "¥77,955.30",
        "人民币柒万柒仟玖佰伍拾伍元叁角整",
        "1800×2400mm",
        "2026-12-23",
    ):
        assert words in page
    for secret in ("毛利", "成本", quote.rule, "审批", "SP-2611"):
        assert secret not in page
    async with session.get(f"{path}/quotation.pdf") as answer:
        assert answer.content_type == "application/pdf"
        assert f"报价单 {quote.no} V1.pdf" in unquote(answer.headers["Content-Disposition"])
        printed = pdf_text(await answer.read())
    assert "¥77,955.30" in printed
    assert "草稿" not in printed


@pytest.mark.parametrize("token", ["x" * 22, "x", "../../etc/passwd", "Q-2611-0001"])
async def test_unknown_links_are_all_alike(session: aiohttp.ClientSession, token: str) -> None:
    for path in (f"/q/{token}", f"/q/{token}/quotation.pdf"):
        async with session.get(path) as answer:
            assert answer.status == 404
    async with session.post(f"/q/{token}", data={"deed": "accept"}) as answer:
        assert answer.status in (404, 405)


async def test_reading_is_counted_once_an_hour_and_told_once(
    desk: Desk, session: aiohttp.ClientSession, path: str
) -> None:
    for _ in range(3):
        await shown(session, path)
    offer = desk.company.all(QuoteOffer)[-1]
    assert offer.views == 1
    quote = desk.company.get(Quote, offer.quote_id)
    assert sum(f"打开了报价 {quote.no}" in each for each in desk.company.told(desk.name)) == 1


async def test_accepted_by_name_without_script_and_sent_twice(
    desk: Desk, session: aiohttp.ClientSession, path: str
) -> None:
    page = await shown(session, path)
    for wrong, words in (
        ({"signer": " "}, "请写上您的姓名"),
        ({"nonce": "x"}, "页面放得太久了"),
        ({"signature": "data:text/html;base64,PGI+"}, "签名图片打不开"),
        ({"hash": "0" * 64}, "页面上的内容已经变了"),
    ):
        async with session.post(path, data={**filled(page, "accept", signer="俞海燕"), **wrong}) as answer:
            assert (answer.status, words in await answer.text()) == (422, True)
    yes = filled(await shown(session, path), "accept", signer="<b>俞海燕</b>")
    for _ in range(2):
        async with session.post(path, data=yes) as answer:
            page = await answer.text()
            assert "您已接受这份报价" in page
    assert "&lt;b&gt;俞海燕&lt;/b&gt;" in page
    offer = desk.company.all(QuoteOffer)[-1]
    assert (offer.state, offer.signer) == (OfferState.ACCEPTED, "<b>俞海燕</b>")
    async with session.post(path, data={**yes, "nonce": "m" * 22, "signer": "别人"}) as answer:
        assert "已经接受过了" in await answer.text()
    assert desk.company.all(QuoteOffer)[-1].signer == "<b>俞海燕</b>"


async def test_declined_with_a_reason(desk: Desk, session: aiohttp.ClientSession, path: str) -> None:
    page = await shown(session, path)
    async with session.post(path, data=filled(page, "decline", reason="")) as answer:
        assert "请写一句原因" in await answer.text()
    async with session.post(path, data=filled(page, "decline", reason="价格偏高")) as answer:
        assert "您已谢绝这份报价" in await answer.text()
    assert desk.company.all(QuoteOffer)[-1].reason == "价格偏高"


async def test_a_version_that_was_replaced_says_so_and_leads_on(
    desk: Desk, session: aiohttp.ClientSession, quote_id: int, path: str
) -> None:
    yes = filled(await shown(session, path), "accept", signer="俞海燕")
    desk.company.act(ReviseQuote(quote_id=quote_id, discount_ppm=960_000), desk.name)
    page = await shown(session, path)
    assert "这份报价正在调整" in page
    assert "¥77,955.30" in page
    assert 'id="accept"' not in page
    async with session.post(path, data=yes) as answer:
        assert "已经有变化" in await answer.text()
    async with session.get(f"{path}/quotation.pdf") as answer:
        assert "已失效" in pdf_text(await answer.read())
    desk.agrees(quote_id)
    newer = f"/q/{desk.company.act(OfferQuote(quote_id=quote_id), desk.name)}"
    page = await shown(session, path)
    assert "这份报价已有新版本" in page
    assert f'href="{newer}"' in page
    assert "V2" in await shown(session, newer)


async def test_its_drawings_are_opened_by_their_place_and_nothing_else_is(
    desk: Desk, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """A picture to look at, a PDF to save, each as what it is; no id of ours leads anywhere."""
    files = Files.open(f"file:{tmp_path}/files")
    kept = [
        Sent(file_id=files.put(data, mime, name), kind=kind, name=name, mime=mime)
        for data, mime, name, kind in (
            (b"\x89PNG\r\n\x1a\n-", "image/png", "立面.png", "image"),
            (b"%PDF-1.7 -", "application/octet-stream", "节点<b>.pdf", "file"),
            (b"<script>", "text/html", "别家的.html", "file"),
        )
    ]
    ids = desk.company.act(AttachFiles(files=tuple(kept), subject="inquiry:1"), desk.name)
    window, door = desk.window(drawings=(ids[0],)), QuoteItem(product="SC-01", quantity=2, drawings=(ids[1],))
    quote_id = desk.drafts(window, door)
    desk.agrees(quote_id)
    path = f"/q/{desk.company.act(OfferQuote(quote_id=quote_id), desk.name)}"
    page = await shown(session, path)
    assert re.findall(r'href="(/q/[^"]+/drawings/[^"]+)">([^<]+)<', page) == [
        (f"{path}/drawings/1", "立面.png"),
        (f"{path}/drawings/2", "节点&lt;b&gt;.pdf"),
    ]
    async with session.get(f"{path}/drawings/1") as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", b"\x89PNG\r\n\x1a\n-")
        assert "Content-Disposition" not in answer.headers
    async with session.get(f"{path}/drawings/2") as answer:
        assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
        assert unquote(answer.headers["Content-Disposition"]).endswith("filename*=UTF-8''节点<b>.pdf")
    for wrong in (f"{path}/drawings/3", f"{path}/drawings/0", f"{path}/drawings/{ids[2]}", f"{path}/drawings/x"):
        async with session.get(wrong) as answer:
            assert answer.status == 404
    other = desk.drafts(desk.window())
    desk.agrees(other)
    elsewhere = f"/q/{desk.company.act(OfferQuote(quote_id=other), desk.name)}"
    async with session.get(f"{elsewhere}/drawings/1") as answer:
        assert answer.status == 404
