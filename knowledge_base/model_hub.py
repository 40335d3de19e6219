"""Opens a model that an owner names: from a folder, the local Hugging Face cache or, when it answers, the hub."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

HUB_TIMEOUT_S = 5.0
Model = TypeVar("Model")


def open_model(model: str, read: Callable[[str, bool], Model], short_names: str | None = None) -> Model:
    """The model that ``read`` makes of a folder or name; its second argument says whether only local files may be used.

    Whether an unknown name can be downloaded is settled within seconds. On the hub, a name without its owner belongs to
    ``short_names``, where given. Raises whatever ``read`` and the hub's client raise, which is nearly anything.
    """
    if _is_folder(model):
        return read(str(Path(model).expanduser()), True)
    try:
        return read(model, True)
    except OSError:
        _ask_hub(model if short_names is None or "/" in model else f"{short_names}/{model}")
        return read(model, False)


def remedy(model: str) -> str:
    """What an owner can do about a model that cannot be opened."""
    if _is_folder(model):
        return "give the folder of a complete model"
    return "check the name and the network or give a folder"


def _is_folder(model: str) -> bool:
    return Path(model).expanduser().is_dir()


def _ask_hub(model: str) -> None:
    """Raise soon when the hub cannot be reached or has no ``model``; a download would retry for over a minute."""
    from huggingface_hub import HfApi

    HfApi().model_info(model, timeout=HUB_TIMEOUT_S)
