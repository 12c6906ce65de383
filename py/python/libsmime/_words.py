"""Enumerations whose members are the words of the JSON report."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

_W = TypeVar("_W", bound="Word")


class Word(str, Enum):
    """A word that is also a ``str``, and is shown as such everywhere."""

    def __new__(cls: type[_W], value: str) -> _W:
        word = str.__new__(cls, value)
        word._value_ = value
        return word

    def __str__(self) -> str:
        return str(self.value)
