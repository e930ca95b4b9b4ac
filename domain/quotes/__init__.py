"""Quotes: prices put together from the catalogue, revised, submitted and decided."""
