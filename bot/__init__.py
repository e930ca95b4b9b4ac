"""Sockets, tokens, pages and wiring: the outermost room, imported by nobody."""

import os

# We need the readings of single signs; pypinyin's phrases would cost every start half a second and 40 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
