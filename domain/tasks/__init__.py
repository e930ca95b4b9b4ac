"""Tasks: work with a day to it, whoever it was promised to, and the reminders that keep it from being forgotten."""
