"""Everything a participant does, one service each: enter, answer, leave, be swept up."""
