"""Approvals: who has to agree, in which order, and what happens when they stay silent."""
