"""Whose customers somebody may see: ``domain.scope`` decides for every record."""

from domain.scope import LeaderOf, line_above, require, within

__all__ = ["LeaderOf", "line_above", "require", "within"]
