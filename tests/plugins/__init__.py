"""What the whole suite stands on: no network, a PostgreSQL server, and a count of what really ran."""
