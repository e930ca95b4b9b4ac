"""Every table there is: importing this fills the MetaData."""

from __future__ import annotations

import domain.registry  # noqa: F401 - its commands import every record
from domain.people import focus  # noqa: F401
from domain.record import Record
from storage import imports, search, tables  # noqa: F401

metadata = Record.metadata
