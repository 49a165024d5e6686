"""Why a database could not be copied, or a copy not be made into a database."""


class CannotCopy(Exception):
    """The message is what the database, or its program, said."""


class NoTool(CannotCopy):
    """One of PostgreSQL's own programs is not installed here; the message is its name."""


class MayNotCreate(CannotCopy):
    """The desk's role may not create a database beside its own; the message is the role."""
