"""Finding kept files."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.files.kept_file import KeptFile


class FileFinder:
    """Files by the record they belong to."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, subject: str) -> Sequence[KeptFile]:
        """Return the files of a record, in the order they came."""
        query = select(KeptFile).where(KeptFile.subject == subject).order_by(KeptFile.id)
        return self._session.scalars(query).all()
