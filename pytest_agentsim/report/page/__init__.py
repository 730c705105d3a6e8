"""The page that people look at after a run: one file, made from stored calls alone."""
