"""Tables of counts: are rows and columns independent, are shares as planned, do two judgements of a unit agree?"""
