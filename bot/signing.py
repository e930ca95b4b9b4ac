"""The installation's own key: it signs buttons, links and sessions."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config_file import SettingsError

if TYPE_CHECKING:
    from bot.settings import Settings

_SQLITE = "sqlite:///"


def signing_key(settings: Settings) -> bytes:
    """Return ``server.secret``, or the key kept beside the SQLite database, made on first use.

    Production never comes here without ``server.secret``. A database in memory gets a key for its
    own lifetime; PostgreSQL is shared by replicas, so a key of one machine would be wrong there.
    """
    if settings.server.secret:
        return settings.server.secret.get_secret_value().encode()
    url = settings.database.url.get_secret_value()
    if not url.startswith("sqlite"):
        raise SettingsError("server.secret: 用 PostgreSQL 时必须设置，可用 openssl rand -hex 32 生成")
    file = url.removeprefix(_SQLITE).partition("?")[0]
    if file in ("", ":memory:", "sqlite://"):
        return secrets.token_hex(32).encode()
    return _kept(Path(file).with_suffix(".secret"))


def _kept(path: Path) -> bytes:
    """Return the key in the file; of two processes that make one at once, both use the first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes().strip()
