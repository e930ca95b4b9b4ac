"""What waits for one member of staff, whatever kind of record it is (S-055)."""
