"""The bureau's official account (公众号): what its followers write is heard, and what becomes of its publications."""
