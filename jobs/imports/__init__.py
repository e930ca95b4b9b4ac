"""Tables on their way in and out: read and written in a process of their own, carried out in small transactions."""
