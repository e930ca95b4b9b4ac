"""People: the staff, whom they report to, and what each is in the middle of."""
