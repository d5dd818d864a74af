"""What our helps ask for, done to the text: each edit gives the sources as a reader leaves them.

`tests/helps.py` says which words ask for which edit.
"""
