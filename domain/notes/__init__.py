"""Private notes: what somebody keeps for his own eyes about a customer."""
