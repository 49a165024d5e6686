"""The three kinds of error: a refusal, a breakdown, and silence."""

import uuid
from collections.abc import Sequence

from config.language import Said
from handlers.conversation import Button


class Refusal(Exception):
    """What is wrong and what to type next; nothing was changed."""

    def __init__(
        self, text: Said, buttons: Sequence[Sequence[Button]] = (), *, case_id: uuid.UUID | None = None
    ) -> None:
        """Say why; buttons offer the way on, about the case of that id."""
        super().__init__(str(text))
        self.text = text
        self.buttons = buttons
        self.case_id = case_id
