"""Inquiries: what somebody wants from us, and the promise to answer by a day."""
