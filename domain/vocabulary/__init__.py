"""The company's own words as learnt from its people: who calls whom what, since when, and from which message."""
