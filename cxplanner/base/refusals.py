"""Refused: what was asked is well-formed, but cannot be done as things stand."""


class Refused(Exception):
    """Says to a person why an act is not possible now; over REST it becomes a 409.

    Features raise subclasses named by their meaning, as AlreadyApproved.
    """
