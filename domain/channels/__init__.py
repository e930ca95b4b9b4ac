"""Channels: where inquiries come from, the words people use for them, and the campaigns on them."""
