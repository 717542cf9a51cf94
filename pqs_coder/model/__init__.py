"""What a sort is: item sets, piles, the sort and its moves, transcripts, studies, prototypes."""
