"""Drafting a contract and a staging model from a sample of an extract that no contract describes yet.

Here belongs: the error that every part raises, and the way through. `layout` finds how a file is written, `sample`
reads its rows (`table`: those of a database), `profile` says what values look like, `vocabulary` what headers mean in
the contracts that exist; `guesses`, `concepts_of_columns`, `keys` and `quality` decide, `contract_text` and
`staging_text` write; `__main__` is the command. What is drafted is never final: each guess stands beside its evidence
in a comment `# review: …`.
"""


class CannotDraft(Exception):
    """No draft can be made; the message says why and what to do."""
