"""Sockets, tokens, pages and wiring: the outermost room, imported by nobody."""
