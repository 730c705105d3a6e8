"""Synthesis of what the caller says: engines, the registry that finds them, and a cache on disk."""
