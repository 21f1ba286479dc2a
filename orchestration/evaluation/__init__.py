"""How good the answers are: the warehouse of a simulated district held against the truth behind it.

Here belongs everything that knows the truth. Nothing that decides a link, a place or a value may import from here.
"""
