"""Attachments: bytes under names of our own, in a directory or in an S3 bucket.

    files = Files.open("file:var/files")          file:///srv/gendan/files    s3://bucket/prefix
    file_id = files.put(data, "image/jpeg", "现场.jpg")      →  2025/11/0199a1c2….jpg

Nothing a user sent becomes part of a path (R-85). ``put`` returns once the bytes are on disk, so a
row that names the file can never outlive a power cut that the file did not (R-22). The row keeps
the name and the type; a bucket is told them too, so that a signed link downloads under that name.

Synchronous on purpose: it is called from worker threads, next to the session.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import obstore
from obstore.store import LocalStore, from_url
from uuid_utils.compat import uuid7

_ID = re.compile(r"[0-9]{4}/(?:0[1-9]|1[0-2])/[0-9a-f]{32}(?:\.[a-z0-9]{1,5})?")

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "application/pdf": ".pdf",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


class FilesError(Exception):
    """Attachments cannot be kept or found."""


class NoSuchFile(FilesError):
    """There is no file of this id, or it is not one of our ids."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored file as the sweeper sees it; ``size`` in bytes, ``at`` in UTC."""

    id: str
    size: int
    at: datetime


class Files:
    """A store of attachments; see the module for the address."""

    def __init__(self, store: obstore.store.ObjectStore, root: Path | None) -> None:
        self._store = store
        self._root = root
        """The directory, when it is one; a bucket is durable by itself."""

    @classmethod
    def open(cls, url: str) -> Files:
        """Open ``file:…`` (made when missing) or ``s3://…`` (keys from the AWS_* variables)."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            if parts.netloc or not parts.path:
                raise FilesError(f"{url}: 请写成 file:var/files（相对）或 file:///srv/files（绝对）")
            root = Path(unquote(parts.path)).absolute()
            root.mkdir(parents=True, exist_ok=True, mode=0o700)
            return cls(LocalStore(root), root)
        if parts.scheme == "s3" and parts.netloc:
            return cls(from_url(url), None)
        raise FilesError(f"{url}: 请写成 file:var/files、file:///srv/files 或 s3://bucket/prefix")

    def put(self, data: bytes, mime: str, name: str) -> str:
        """Keep the bytes and return their id, a relative path of our own making; durable on return."""
        file_id = f"{datetime.now(UTC):%Y/%m}/{uuid7().hex}{_SUFFIXES.get(mime, '')}"
        if self._root is None:
            attributes = {"Content-Type": mime, "Content-Disposition": disposition(name)}
            obstore.put(self._store, file_id, data, mode="create", attributes=attributes)
        else:
            obstore.put(self._store, file_id, data, mode="create")
            _sync(self._root, self._root / file_id)
        return file_id

    def get(self, file_id: str) -> bytes:
        """Return the bytes; raise NoSuchFile."""
        try:
            return bytes(obstore.get(self._store, _checked(file_id)).bytes())
        except FileNotFoundError:
            raise NoSuchFile(file_id) from None

    def delete(self, file_id: str) -> None:
        """Remove the file; one that is gone already is as good."""
        try:
            obstore.delete(self._store, _checked(file_id))
        except FileNotFoundError:
            return

    def exists(self, file_id: str) -> bool:
        """Say whether the id is one of ours and its file is there."""
        if _ID.fullmatch(file_id) is None:
            return False
        try:
            obstore.head(self._store, file_id)
        except FileNotFoundError:
            return False
        return True

    def kept(self) -> Iterator[Kept]:
        """Return every file there is, for the sweeper that removes what no row names (R-22)."""
        for batch in obstore.list(self._store):
            for entry in batch:
                if _ID.fullmatch(entry["path"]):
                    yield Kept(entry["path"], entry["size"], entry["last_modified"])


def disposition(name: str) -> str:
    """Return a Content-Disposition that any browser reads and no name can break out of (RFC 6266, R-85)."""
    shown = "".join(each for each in name.replace("\\", "/").rpartition("/")[2] if each.isprintable())[:120].strip(" .")
    ascii_name = re.sub(r"[^A-Za-z0-9._ -]", "_", shown) or "file"
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(shown or 'file', safe='')}"


def _checked(file_id: str) -> str:
    if _ID.fullmatch(file_id) is None:
        raise NoSuchFile(file_id)
    return file_id


def _sync(root: Path, path: Path) -> None:
    """Force the file, and the directories that lead to it, onto the disk."""
    while True:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if path == root:
            return
        path = path.parent
