"""What is wrong, in one message to the people who can do something: off until a channel is configured.

Here belongs: finding what is wrong (problems), what it means for the marts (meaning), the words (message), the ways to
send them (channels), and what was told already (memory). Nothing here repairs anything, and nothing here ends a run.
"""
