"""The dialogue: what waits for a person's yes, and why something was done."""
