"""Machines at customers: what stands where, under which code it is reported."""
