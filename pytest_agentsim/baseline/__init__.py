"""Runs that are kept under a name, and how later ones compare with them."""
