"""Choosing how to train, under the constraints: regularisation, bounds, how delta is divided, how much tests.

Only candidate rows are ever looked at, so that the safety test is worth as much as without tuning. Every setting is
tried in trials: from the candidate rows two pools without a common row are made, from which as many rows are drawn
(with replacement) as search and test will have; how often the test passes estimates how likely it is to pass.

A share of the safety set that is tuned begins at the largest of its values and can only fall: rows go over to the
candidate set for good before anything looks at them, and what is left for the test has decided nothing.
"""
