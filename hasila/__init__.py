"""Hasila: who fought and who suffered, read from Arabic conflict news."""

__version__ = "0.1.0"
