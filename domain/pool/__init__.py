"""The pool (公海): customers nobody looks after, how they get there, and who may take them."""
