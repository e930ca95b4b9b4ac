"""Promises become deliveries: taking in, firing timers, telling people, on one page of recurring jobs."""
