"""Conversations: each test is a transcript through the real adapter and a real database."""
