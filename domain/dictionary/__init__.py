"""The data dictionary: every record type with its fields, those an administrator adds, and their values."""
