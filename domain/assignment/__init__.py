"""Assignment: who gets an inquiry that nobody of sales logged himself, and why."""
