"""What the desk does when something is said or falls due."""
