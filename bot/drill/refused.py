"""What the drill room does not do, in words for whoever asked."""

from config.language import Said


class Refused(Exception):
    """The room did not do it; nothing changed."""

    def __init__(self, text: Said) -> None:
        """Keep the words for the visitor."""
        super().__init__(text)
        self.text = text
