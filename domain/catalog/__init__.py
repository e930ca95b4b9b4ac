"""The catalogue: what can be sold, and the parts kept for service."""
