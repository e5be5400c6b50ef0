"""How many tokens the VOID engine's tokenizer makes of a text; no torch."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from void_studio.core import BadInput, NotPresent
from void_studio.engine.void.places import find_tokenizer

__all__ = ["token_counter"]


def token_counter() -> Callable[[str], int]:
    """A function that counts the tokens of a text, its end token included.

    Raises NotPresent where the tokenizer or its library is not there.
    """
    if find_spec("transformers") is None:
        raise NotPresent("there is no tokenizer: transformers is not installed")
    folder = find_tokenizer()
    from transformers import T5Tokenizer

    try:
        tokenizer = T5Tokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadInput(f"the tokenizer can not be read ({error})", where=folder) from error
    return lambda text: len(tokenizer(text).input_ids)
