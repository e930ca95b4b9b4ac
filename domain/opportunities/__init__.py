"""Opportunities: deals on their way through a pipeline, from the first lead to won or lost."""
