"""Records that come in as a table: a personal ledger, a customer list, a price list (S-014, S-063, S-220)."""
