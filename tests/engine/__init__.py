"""Several processes on one PostgreSQL: each does its part once, in order, and what one leaves another takes up."""
