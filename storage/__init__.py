"""What we keep: one database, one unit of work, the queues that make promises durable."""
