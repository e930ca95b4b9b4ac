"""PDF on paper's terms: a typst template of ``papers/`` filled with plain data and pictures.

    papers = Typesetter()
    pdf = await papers.pdf("labels", {"labels": […]}, pictures={"label1.svg": b"<svg…"}, at=clock.now())

A template reads its values with ``json("data.json")`` and its pictures by their names; what a user
wrote is data there, never markup. Every template begins with ``#import "house.typ": house`` and
``#show: house``, which sets the language and the Chinese font.

The fonts of the machine are looked up at the first paper and the compiler is kept, because both are
dear (0.3 s and 10 ms; a page after that takes 50 ms). Work is done in a thread of its own, one paper
after the other: the event loop goes on, and the compiler is never used twice at once.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PAPERS = Path(__file__).parent / "papers"

CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "HarmonyOS Sans SC",
    "MiSans",
    "SimHei",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "AR PL UMing CN",
    "Droid Sans Fallback",
)
"""Families that can write simplified Chinese, the best to read on paper first."""


class TypesettingError(Exception):
    """The paper cannot be made; the message is a sentence for the person who asked for it."""


class NoChineseFont(TypesettingError):
    """The machine has no font that can write Chinese."""


class Typesetter:
    """Makes PDFs off the event loop. ``close`` it at the end."""

    def __init__(self, *, find_fonts: Callable[[], typst.Fonts] = typst.Fonts) -> None:
        self._find_fonts = find_fonts
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="typesetting")
        self._ready: tuple[typst.Compiler, str] | None = None

    async def pdf(
        self, paper: str, values: Mapping[str, Any], *, at: datetime, pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Return ``papers/<paper>.typ`` as a PDF created ``at``; the same values give the same bytes.

        ``values`` is anything JSON can hold. ``pictures`` are by plain file names (``photo1.jpg``,
        ``code1.svg``). Raise NoChineseFont.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._make, paper, dict(values), dict(pictures or {}), at)

    def close(self) -> None:
        """End the thread; the paper in work is finished first."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _make(self, paper: str, values: dict[str, Any], pictures: dict[str, bytes], at: datetime) -> bytes:
        compiler, font = self._prepared()
        with tempfile.TemporaryDirectory(prefix="gendan-paper-") as name:
            root = Path(name)
            for template in PAPERS.glob("*.typ"):
                (root / template.name).write_bytes(template.read_bytes())
            (root / "data.json").write_text(json.dumps({**values, "font": font}, ensure_ascii=False), encoding="utf-8")
            for picture, data in pictures.items():
                (root / _plain(picture)).write_bytes(data)
            made = compiler.compile(root / f"{paper}.typ", root=root, format="pdf", timestamp=_whole_second(at))
        assert isinstance(made, bytes), "a PDF is one file"
        return made

    def _prepared(self) -> tuple[typst.Compiler, str]:
        """Return the compiler and the font; without a font the next paper looks again, so none needs a restart."""
        if self._ready is None:
            fonts = self._find_fonts()
            self._ready = (typst.Compiler(font_paths=fonts), chinese_font(fonts.families()))
        return self._ready


def _whole_second(at: datetime) -> datetime:
    """Return the moment as a PDF can say it."""
    return at.astimezone(UTC).replace(microsecond=0)


def chinese_font(families: Iterable[str]) -> str:
    """Return the best Chinese family among ``families``; raise NoChineseFont."""
    there = set(families)
    for family in CHINESE:
        if family in there:
            return family
    raise NoChineseFont(
        "服务器上没有中文字体，生成不了 PDF。请管理员安装一种后再试，例如在 Debian 或 Ubuntu 上运行："
        "apt-get install fonts-noto-cjk"
    )


def _plain(name: str) -> str:
    """Return the name of a picture, which our own code chose; anything that leads elsewhere is a mistake of ours."""
    assert name == Path(name).name, name
    assert not name.endswith((".typ", ".json")), name
    return name
