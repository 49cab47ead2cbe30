"""Every error that a user can cause, as one tree:

    ChangjiError
    ├── QuestionError    the question is blank, too long, or names an unknown article
    ├── ReadError        a file or folder can't be read as an article
    ├── LibraryError     the library is missing, locked, read-only, or made by another version
    │   ├── ServerError  the database or vector server that holds it can't be reached, or is locked
    │   ├── TornError    its vectors were left half-written
    │   └── WriteError   the disk is full, or refuses to be written
    ├── EmbedderError    an embedding or reranking model can't be loaded
    ├── LLMError         the language model can't be reached, refuses, or stops in mid-answer
    ├── CasesError       a question set or BEIR folder is malformed
    ├── OutputError      a file for results, or the output, can't be written
    └── PageError        the page can't be served as asked
        └── PortError    its port is taken

Each message is one sentence or two: what happened, and what to do next. Only the command line makes them exit codes.
"""

from pathlib import Path

from ingest.chinese import CHINESE
from ingest.text import as_in_taiwan


class ChangjiError(Exception):
    """Base of all errors whose message is meant for the user.

    `message` is an English sentence with {fields} in it, as in ReadError("{name} holds no text.", name=path.name), so
    that the page can say the same in Chinese.
    """

    def __init__(self, message: str, **fields: object) -> None:
        self.message, self.fields = message, fields
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """The message on one line, in "zh", "zh-Hant" or "en"; in English where there is no Chinese for it."""
        sentence = self.message if language == "en" else CHINESE.get(self.message, self.message)
        if language == "zh-Hant":
            sentence = as_in_taiwan(sentence)
        return " ".join((sentence.format(**self.fields) if self.fields else sentence).split())


class QuestionError(ChangjiError):
    """The question can't be asked as it is."""


class ReadError(ChangjiError):
    """A file or folder can't be read as an article; ingesting skips it and goes on."""


class LibraryError(ChangjiError):
    """The library on disk can't be opened or written."""


class ServerError(LibraryError):
    """The server that holds a part of the library can't be reached, breaks off, or is locked by others."""


class TornError(LibraryError):
    """A process was ended while it was changing the vectors, or they are gone; they have to be made anew."""


class WriteError(LibraryError):
    """The disk is full or refuses to be written, whichever part of the library met it first."""

    def __init__(self, folder: Path, reason: object) -> None:
        super().__init__(
            "The library at {folder} can't be written ({reason}); nothing half-written is used: check the disk's free "
            "space and the folder's permissions, then do the same again.",
            folder=folder,
            reason=str(reason)[:200],
        )


class EmbedderError(ChangjiError):
    """An embedding or reranking model can't be loaded."""


class LLMError(ChangjiError):
    """The language model failed; the keyless answer takes over where there is one."""


class CasesError(ChangjiError):
    """A question set, feedback file or BEIR folder is malformed."""


class OutputError(ChangjiError):
    """A file for results, or the program's output, can't be written."""


class PageError(ChangjiError):
    """The page can't be served as asked."""


class PortError(PageError):
    """The page's port is already in use."""
