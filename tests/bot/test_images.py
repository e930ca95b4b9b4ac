"""Pictures from outside: what is kept of them, what is refused, and what a hostile one costs (R-74, R-75)."""

from __future__ import annotations

import asyncio
import io
import random
import struct
import zipfile
import zlib

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from bot.images import PHOTO_BYTES, PHOTO_SIDE, PhotoRefused, PhotoWorker, clean_photo, clean_signature

GPS_CANARY = "cAnArY-31.2304N"


def encoded(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(width: int, height: int, mode: str = "RGB", seed: int = 1) -> Image.Image:
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(seed).randbytes(width * height * bands))


def with_everything(orientation: int = 1) -> bytes:
    """A JPEG as a phone makes it: EXIF with GPS and owner, XMP, comment, profile."""
    image = Image.new("RGB", (40, 20), "blue")
    image.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = GPS_CANARY
    exif[0xA430] = GPS_CANARY
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0), 29: GPS_CANARY})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = f"<x:xmpmeta>{GPS_CANARY}</x:xmpmeta>".encode()
    return encoded(image, exif=exif, xmp=xmp, comment=GPS_CANARY.encode(), icc_profile=profile, quality=95)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_nothing_but_pixels_survives():
    """R-75."""
    dirty = with_everything()
    assert dirty.count(GPS_CANARY.encode()) >= 4
    clean = clean_photo(dirty)
    image = opened(clean)
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"cAnArY" not in clean
    assert not any(marker in clean for marker in (b"Exif", b"http", b"ICC_PROFILE", b"xmpmeta"))


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (40, 20), (5, 10)), (2, (40, 20), (35, 10)), (3, (40, 20), (35, 10)), (4, (40, 20), (5, 10)),
     (5, (20, 40), (10, 5)), (6, (20, 40), (10, 5)), (7, (20, 40), (10, 35)), (8, (20, 40), (10, 35)),
     (99, (40, 20), (5, 10))],
)  # fmt: skip
def test_orientation_is_applied_not_remembered(orientation, size, red_at):
    """R-75: keep the orientation only."""
    image = opened(clean_photo(with_everything(orientation)))
    red, _, blue = image.getpixel(red_at)
    assert (image.size, red > 200, blue < 60) == (size, True, True)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_lose_their_notes_too(kind):
    """R-75."""
    exif = Image.Exif()
    exif[0x010F] = GPS_CANARY
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", GPS_CANARY)
    notes.add_itxt("XML:com.adobe.xmp", GPS_CANARY)
    options = {"pnginfo": notes} if kind == "PNG" else {"xmp": GPS_CANARY.encode()}
    dirty = encoded(noise(30, 30), kind, exif=exif.tobytes(), **options)
    clean = clean_photo(dirty)
    assert b"cAnArY" in dirty
    assert b"cAnArY" not in clean
    assert clean.startswith(b"\xff\xd8\xff")


def test_fifty_photos_leave_place_and_owner_behind():
    """R-75: every format in every orientation, as far as it has any, with notes in each place that takes them."""
    kinds = ("JPEG", "PNG", "WEBP", "HEIF")
    for number in range(50):
        exif = Image.Exif()
        exif[0x0112] = number % 9
        exif[0x010F] = exif[0xA430] = f"{GPS_CANARY}-{number}"
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, float(number)), 29: GPS_CANARY})
        notes = {} if kinds[number % 4] == "PNG" else {"xmp": f"<x>{GPS_CANARY}</x>".encode()}
        dirty = encoded(noise(24 + number, 24, seed=number), kinds[number % 4], exif=exif.tobytes(), **notes)
        clean = clean_photo(dirty)
        assert b"cAnArY" in dirty
        assert b"cAnArY" not in clean
        assert dict(opened(clean).getexif()) == {}


def test_a_photo_of_an_iphone_becomes_one_everybody_can_open():
    """R-75: upright, and nothing of where it was taken."""
    image = Image.new("RGB", (400, 200), "blue")
    image.paste("red", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = GPS_CANARY
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 29: GPS_CANARY})
    dirty = encoded(image, "HEIF", exif=exif.tobytes(), xmp=GPS_CANARY.encode())
    clean = clean_photo(dirty)
    upright = opened(clean)
    red, _, blue = upright.getpixel((5, 5))
    assert b"cAnArY" in dirty
    assert b"cAnArY" not in clean
    assert (upright.format, upright.size, red > 200, blue < 60) == ("JPEG", (200, 400), True, True)


def test_a_big_photo_becomes_a_small_one():
    image = opened(clean_photo(encoded(Image.new("RGB", (4000, 3000), "green"))))
    assert image.size == (PHOTO_SIDE, 1200)
    assert opened(clean_photo(encoded(Image.new("RGB", (300, 200))))).size == (300, 200)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_photo(mode):
    source = Image.new(mode, (10, 10), 1) if mode in ("1", "P") else Image.new(mode, (10, 10))
    image = opened(clean_photo(encoded(source, "PNG")))
    assert (image.mode, image.size) == ("RGB", (10, 10))


def test_transparency_becomes_white_and_cmyk_becomes_rgb():
    assert opened(clean_photo(encoded(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"))).getpixel((4, 4)) == (
        255,
        255,
        255,
    )
    assert opened(clean_photo(encoded(Image.new("CMYK", (8, 8))))).mode == "RGB"


def test_sixteen_bits_of_grey_keep_their_shade():
    grey = opened(clean_photo(encoded(Image.new("I;16", (8, 8), 0x8000), "PNG"))).getpixel((4, 4))
    assert all(120 < level < 136 for level in grey)


def png(*chunks: tuple[bytes, bytes], width: int = 8, height: int = 8, depth: int = 8, colour: int = 2) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in ((b"IHDR", header), *chunks, (b"IEND", b"")))


def zeros(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IDAT", zlib.compress(bytes((width * 3 + 1) * height), 9)


def encoded_archive(content: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("x.txt", content)
    return out.getvalue()


def archive() -> bytes:
    return encoded_archive("cAnArY")


JPEG = encoded(noise(64, 64))
PNG = encoded(noise(64, 64), "PNG")
WEBP = encoded(noise(64, 64), "WEBP")
HEIC = encoded(noise(64, 64), "HEIF")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="file:///etc/passwd"/></svg>'

HOSTILE = {
    "empty": b"",
    "one byte": b"\xff",
    "text": b"hello",
    "svg": SVG,
    "svg with a bom": b"\xef\xbb\xbf" + SVG,
    "svg after xml": b'<?xml version="1.0"?>' + SVG,
    "html": b"<html><script>alert(1)</script>",
    "html before a jpeg": b"<script>alert(1)</script>" + JPEG,
    "gif": encoded(noise(8, 8).convert("P"), "GIF"),
    "gif and javascript": b"GIF89a/*" + JPEG,
    "bmp": encoded(noise(8, 8), "BMP"),
    "tiff": encoded(noise(8, 8), "TIFF"),
    "ico": encoded(noise(32, 32), "ICO"),
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(/etc/passwd) (r) file\n",
    "pdf": b"%PDF-1.7\n" + JPEG,
    "zip": archive(),
    "zip before a jpeg": archive() + JPEG,
    "exe named jpg": b"MZ" + b"\0" * 200,
    "elf": b"\x7fELF" + b"\0" * 200,
    "heic": b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 100,
    "avi in a riff": b"RIFF\x24\0\0\0AVI " + b"\0" * 100,
    "wave in a riff": b"RIFF\x24\0\0\0WAVE" + b"\0" * 100,
    "jpeg signature only": b"\xff\xd8\xff",
    "jpeg signature and noise": b"\xff\xd8\xff\xe0" + random.Random(2).randbytes(5000),
    "jpeg cut in half": JPEG[: len(JPEG) // 2],
    "jpeg without its header": JPEG[:20],
    "jpeg of no size": JPEG.replace(struct.pack(">HH", 64, 64), b"\0\0\0\0", 1),
    "jpeg claiming 65500 squared": JPEG.replace(struct.pack(">HH", 64, 64), struct.pack(">HH", 65500, 65500), 1),
    "png signature only": PNG[:8],
    "png cut in half": PNG[: len(PNG) // 2],
    "png without pixels": png(),
    "png with a broken checksum": PNG[:40] + bytes([PNG[40] ^ 1]) + PNG[41:],
    "png of no size": png(zeros(1, 1), width=0, height=0),
    "png bomb of 13000 squared": png(zeros(13000, 13000), width=13000, height=13000),
    "png of 26 megapixels": png(zeros(5200, 5000), width=5200, height=5000),
    "png claiming 4 billion": png(zeros(1, 1), width=2**31 - 1, height=2**31 - 1),
    "png with a text bomb": png((b"zTXt", b"k\0\0" + zlib.compress(b"a" * 50_000_000)), zeros(8, 8)),
    "png with a profile bomb": png((b"iCCP", b"k\0\0" + zlib.compress(bytes(50_000_000))), (b"IDAT", b"")),
    "png that is a line": encoded(Image.new("RGB", (6000, 10)), "PNG"),
    "png of fewer pixels than told": png((b"IDAT", zlib.compress(b"\0" * 10))),
    "png of unknown colours": png(zeros(8, 8), colour=9),
    "webp signature only": WEBP[:12],
    "webp cut in half": WEBP[: len(WEBP) // 2],
    "webp of noise": WEBP[:12] + random.Random(3).randbytes(500),
    "heic signature only": HEIC[:12],
    "heic without its pixels": HEIC[:300],
    "heic cut in half": HEIC[: len(HEIC) // 2],
    "heic of noise": HEIC[:28] + random.Random(4).randbytes(2000),
    "heic without its decoder's settings": HEIC.replace(b"hvcC", b"free"),
    "heic claiming 60000 squared": HEIC.replace(struct.pack(">II", 64, 64), struct.pack(">II", 60000, 60000)),
    "heic of no size": HEIC.replace(struct.pack(">II", 64, 64), bytes(8)),
    "heic of boxes that never end": HEIC[:12] + struct.pack(">I4s", 2**31 - 1, b"meta") + bytes(400),
    "heic of boxes in boxes": HEIC[:28] + b"".join(struct.pack(">I4s", 4000 - 8 * n, b"ipco") for n in range(400)),
    "heic of 26 megapixels": HEIC.replace(struct.pack(">II", 64, 64), struct.pack(">II", 5200, 5000)),
    "heic that is a line": HEIC.replace(struct.pack(">II", 64, 64), struct.pack(">II", 6000, 16)),
    "film in the same container": HEIC.replace(b"ftypheic", b"ftypisom"),
    "film of an iphone": b"\0\0\0\x14ftypqt  " + bytes(300),
    "avif by its brand": HEIC.replace(b"ftypheic", b"ftypavif"),
    "jpeg 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(300),
    "archive in an archive": encoded_archive(archive()),
    "30 MB of jpeg": JPEG + bytes(30 * 1024 * 1024),
    "30 MB of heic": HEIC + bytes(30 * 1024 * 1024),
    "too many bytes": JPEG + b"\0" * PHOTO_BYTES,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_words(data):
    """R-74: more than sixty of them; stored as they came 0."""
    with pytest.raises(PhotoRefused) as refused:
        clean_photo(data)
    assert str(refused.value).startswith(("图片", "这不是"))


@pytest.mark.parametrize(
    "tail", [archive(), b"<script>alert('cAnArY')</script>", b"%PDF-1.7 cAnArY", b"\0\0\0\x18ftypmp42cAnArY"]
)
@pytest.mark.parametrize("head", [JPEG, PNG, WEBP, HEIC], ids=["jpeg", "png", "webp", "heic"])
def test_a_polyglot_stops_being_one(head, tail):
    """R-74: phones append motion pictures, so a tail is cut off rather than refused."""
    clean = clean_photo(head + tail)
    assert b"cAnArY" not in clean
    assert not zipfile.is_zipfile(io.BytesIO(clean))
    assert clean.endswith(b"\xff\xd9")


def stroke(mode: str = "RGBA", size: tuple[int, int] = (600, 200)) -> Image.Image:
    image = Image.new(mode, size, (255, 255, 255, 0)[: len(mode)] if mode != "L" else 255)
    image.paste((0, 0, 0, 255)[: len(mode)] if mode != "L" else 0, (100, 80, 300, 90))
    return image


def test_a_signature_becomes_grey_on_white():
    image = opened(clean_signature(encoded(stroke(), "PNG")))
    assert (image.mode, image.size, image.info) == ("L", (600, 200), {})
    assert (image.getpixel((5, 5)), image.getpixel((200, 85))) == (255, 0)
    assert opened(clean_signature(encoded(stroke("RGB", (1600, 400)), "PNG"))).size == (800, 200)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (JPEG, "签名图片打不开，请重新签一次"),
        (SVG, "签名图片打不开，请重新签一次"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200 * 1024), "签名图片太大了，请重新签一次"),
        (encoded(Image.new("RGBA", (600, 200), (0, 0, 0, 0)), "PNG"), "还没有签名，请在框里签上名字"),
        (encoded(Image.new("L", (2000, 1001)), "PNG"), "图片的尺寸太大了，请发小一点的照片"),
    ],
)
def test_what_is_no_signature_is_refused(data, words):
    with pytest.raises(PhotoRefused) as refused:
        clean_signature(data)
    assert str(refused.value) == words


async def test_a_worker_cleans_and_refuses_like_the_functions():
    async with PhotoWorker() as worker:
        assert await worker.photo(JPEG) == clean_photo(JPEG)
        signature = encoded(stroke(), "PNG")
        assert await worker.signature(signature) == clean_signature(signature)
        with pytest.raises(PhotoRefused, match="JPG、PNG、WebP 或 HEIC"):
            await worker.photo(SVG)


async def test_a_worker_that_runs_out_of_time_refuses_and_goes_on():
    """R-74, R-99: the process is killed in the middle of its C code; the next photo finds a new one."""
    slow = encoded(noise(1500, 1500), "PNG", compress_level=1)
    async with PhotoWorker(seconds=0.02) as worker:
        with pytest.raises(PhotoRefused, match="处理不了"):
            await worker.photo(slow)
        worker._seconds = 10
        assert await worker.photo(JPEG) == clean_photo(JPEG)


async def test_a_worker_that_runs_out_of_memory_refuses_and_goes_on():
    """R-74."""
    big = encoded(Image.new("RGB", (5000, 5000)), "PNG")
    async with PhotoWorker(megabytes=160) as worker:
        with pytest.raises(PhotoRefused):
            await worker.photo(big)
        assert await worker.photo(JPEG) == clean_photo(JPEG)


async def test_the_loop_goes_on_while_a_photo_is_cleaned():
    """R-99."""
    async with PhotoWorker() as worker:
        task = asyncio.create_task(worker.photo(encoded(Image.new("RGB", (4000, 3000)))))
        turns = 0
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        assert opened(await task).size == (1600, 1200)
        assert turns > 100
