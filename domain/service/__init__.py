"""Field service: a report becomes a ticket, a ticket a job, a job one engineer's."""
