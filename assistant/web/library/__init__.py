"""The library: adding, replacing, removing, and making the index match."""
