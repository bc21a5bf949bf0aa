"""What the sentence under the programs is made of: the case at hand, the words, the rules."""
