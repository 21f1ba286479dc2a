"""The simulated district: all sixteen extracts with their dirt, and the truth of every row to score against.

Read in this order: `places` and `people` (who lives where), `events` (what happens), `world` (all of it), `addresses`
and `dirt` (how it gets written), `grounds`, `registers`, `changes`, `visits` (the extracts), `writers` and `truth`
(the files).
"""
