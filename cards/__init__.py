"""What people see: read views become cards, cards become a platform's JSON."""
