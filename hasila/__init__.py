"""Hasila: who fought and who suffered, read from Arabic conflict news."""

from hasila.mention import Article, Attributes, Mention
from hasila.tagger import Tagger

__all__ = ["Article", "Attributes", "Mention", "Tagger"]
__version__ = "0.1.0"
