"""Why a file is not taken at all."""

from __future__ import annotations


class SheetRefused(Exception):
    """The file cannot be read; the message is the sentence for whoever sent it."""
