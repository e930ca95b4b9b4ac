"""What is owed to a machine without a fault: planned visits, the end of its warranty, a call afterwards."""
