"""Pages: for customers without a login, for staff with one."""
