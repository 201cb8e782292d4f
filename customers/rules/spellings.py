"""Words that differ in capitals only are one word, where a file brings them."""

from collections.abc import Collection


class Spellings:
    """How the words of a column are spelled. A file never respells what is here: a word that stands here just so stays
    so, else it is spelled as the last one of `known` that differs in capitals only."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self._here = set(known)
        self._alike = {word.casefold(): word for word in known}

    def of(self, word: str) -> str:
        """The word as it is spelled here; a new one as it came first."""
        return word if word in self._here else self._alike.setdefault(word.casefold(), word)
