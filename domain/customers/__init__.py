"""Customers: companies, the people there, and who of ours may see them."""
