"""Attachments: bytes come back, names never become paths, and what was put is on the disk (R-22, R-85)."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.files import Files, FilesError, NoSuchFile, disposition


@pytest.fixture
def files(tmp_path):
    return Files.open(f"file://{tmp_path}/store")


def test_what_was_put_comes_back(files):
    first = files.put(b"one", "image/jpeg", "现场.jpg")
    second = files.put(b"", "application/x-unknown", "")
    assert re.fullmatch(rf"{datetime.now(UTC):%Y/%m}/[0-9a-f]{{32}}\.jpg", first)
    assert re.fullmatch(r"\d{4}/\d{2}/[0-9a-f]{32}", second)
    assert (files.get(first), files.get(second)) == (b"one", b"")
    assert files.exists(first)
    assert sorted((kept.id, kept.size) for kept in files.kept()) == sorted([(first, 3), (second, 0)])


def test_a_deleted_file_is_gone_and_may_be_deleted_again(files):
    file_id = files.put(b"one", "image/jpeg", "a.jpg")
    files.delete(file_id)
    files.delete(file_id)
    assert not files.exists(file_id)
    with pytest.raises(NoSuchFile):
        files.get(file_id)
    assert list(files.kept()) == []


NAMES = [
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\x",
    "a/../../b",
    "\x00",
    "a\r\nSet-Cookie: x",
    "%2e%2e/x",
    "con",
    "x" * 5000,
    "\u202egpj.exe",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_stays_out_of_the_path(files, tmp_path, name):
    """R-85: files outside the store 0."""
    (tmp_path / "outside").write_bytes(b"untouched")
    file_id = files.put(b"x", "image/png", name)
    below = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()}
    assert below == {"outside", f"store/{file_id}"}


@pytest.mark.parametrize(
    "file_id",
    [
        "",
        ".",
        "..",
        "../outside",
        "2025/11/../../../outside",
        "/etc/passwd",
        "2025/11",
        "2025/13/" + "0" * 32,
        "2025/11/" + "0" * 32 + "/../x",
        "2025/11/" + "0" * 32 + "\n",
        "2025/11/" + "A" * 32,
        "2025/11/" + "0" * 31,
        "2025/11/" + "0" * 32 + ".jpg/..",
        "%2e%2e/outside",
        "s3://other/x",
        "\x00",
    ],
)
def test_an_id_that_is_not_ours_names_nothing(files, tmp_path, file_id):
    """R-85: neither read nor removed, and not told apart from a missing file."""
    (tmp_path / "outside").write_bytes(b"untouched")
    assert not files.exists(file_id)
    with pytest.raises(NoSuchFile):
        files.get(file_id)
    with pytest.raises(NoSuchFile):
        files.delete(file_id)
    assert (tmp_path / "outside").read_bytes() == b"untouched"


def test_put_returns_after_the_disk_has_it(files, tmp_path, monkeypatch):
    """R-22: the file and every directory that leads to it, in that order."""
    synced, really = [], os.fsync

    def fsync(descriptor):
        synced.append(os.path.relpath(Path(f"/proc/self/fd/{descriptor}").readlink(), tmp_path))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    file_id = files.put(b"x", "image/jpeg", "a.jpg")
    assert synced == [f"store/{file_id}", f"store/{file_id[:7]}", f"store/{file_id[:4]}", "store"]


def test_addresses(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file_id = Files.open("file:var/files").put(b"x", "image/jpeg", "a")
    assert (tmp_path / "var/files" / file_id).read_bytes() == b"x"
    assert Files.open(f"file://{tmp_path}/var/files").get(file_id) == b"x"
    for url in ("", "var/files", "file:", "file://host/x", "s3://", "ftp://x/y", "http://x"):
        with pytest.raises(FilesError, match="请写成"):
            Files.open(url)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("报价.pdf", "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf"),
        ('../a"b\r\nX: y;.pdf', "attachment; filename=\"a_bX_ y_.pdf\"; filename*=UTF-8''a%22bX%3A%20y%3B.pdf"),
        ("", "attachment; filename=\"file\"; filename*=UTF-8''file"),
        ("..", "attachment; filename=\"file\"; filename*=UTF-8''file"),
    ],
)
def test_a_download_name_cannot_break_the_header(name, header):
    """R-85."""
    assert disposition(name) == header
