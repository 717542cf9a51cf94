"""Where things live: the study folder, journals, submitted sorts, readers of transcripts."""
