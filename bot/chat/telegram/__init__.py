"""The desk on Telegram: what is heard there and what is said, through the Bot API."""
