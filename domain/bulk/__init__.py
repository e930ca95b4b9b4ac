"""One field of many records at once: shown first, changed with one tap, taken back with another."""
