"""How fast, how large and how right: the program beside its models alone and beside peers (``make bench``)."""
