"""A few words locked with somebody's public key: whoever reads them holds the secret half."""


def locked(words: str, *, recipient: str) -> str:
    """An armored age file for one X25519 recipient. Raises ValueError for a key that is none."""
    import pyrage

    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise ValueError("This is no age key; paste the public one once more.") from error
    locked_words: bytes = pyrage.encrypt(words.encode(), [to], armored=True)
    return locked_words.decode("ascii")
