"""Somebody leaves: all he looks after goes to others, as it stands."""
