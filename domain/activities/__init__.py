"""Activities: visits, calls and whatever else happened with a customer, and what follows from them."""
