"""What a way of training is worth: how well, how often and how safely it answers, over the size of the data.

The rows of a document are taken for the whole world. A trial draws a sample from it, with replacement, trains on that
alone, and is judged by the whole world, where whether a constraint holds is known. Many trials of many sizes, for the
document's own training and for others beside it, make three curves: performance, solution rate, failure rate.
"""
