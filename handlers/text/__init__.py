"""What the desk does with a text before anybody judges it: compare, parse, mask."""
