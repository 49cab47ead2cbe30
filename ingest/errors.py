"""Every error that a user can cause, as one tree:

    ChangjiError
    ├── QuestionError    the question is blank, too long, or names an unknown article
    ├── ReadError        a file or folder can't be read as an article
    ├── LibraryError     the library is missing, locked, read-only, or made by another version
    │   └── WriteError   the disk is full, or refuses to be written
    ├── EmbedderError    an embedding or reranking model can't be loaded
    ├── LLMError         the language model can't be reached, refuses, or stops in mid-answer
    ├── CasesError       a question set or BEIR folder is malformed
    └── PageError        the page can't be served as asked
        └── PortError    its port is taken

Each message is one sentence or two: what happened, and what to do next. Only the command line turns them into exit codes.
"""

from pathlib import Path


class ChangjiError(Exception):
    """Base of all errors whose message is meant for the user."""


class QuestionError(ChangjiError):
    """The question can't be asked as it is."""


class ReadError(ChangjiError):
    """A file or folder can't be read as an article; ingesting skips it and goes on."""


class LibraryError(ChangjiError):
    """The library on disk can't be opened or written."""


class WriteError(LibraryError):
    """The disk is full or refuses to be written, whichever part of the library met it first."""

    def __init__(self, folder: Path, reason: object) -> None:
        super().__init__(
            f"The library at {folder} can't be written ({' '.join(str(reason).split())[:200]}); nothing half-written "
            "is used: check the disk's free space and the folder's permissions, then do the same again."
        )


class EmbedderError(ChangjiError):
    """An embedding or reranking model can't be loaded."""


class LLMError(ChangjiError):
    """The language model failed; the keyless answer takes over where there is one."""


class CasesError(ChangjiError):
    """A question set, feedback file or BEIR folder is malformed."""


class PageError(ChangjiError):
    """The page can't be served as asked."""


class PortError(PageError):
    """The page's port is already in use."""
