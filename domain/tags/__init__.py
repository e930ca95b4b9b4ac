"""Words that customers are marked with, in groups."""
