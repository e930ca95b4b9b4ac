"""Arrivals become commands: routing, understanding, dialogue."""
