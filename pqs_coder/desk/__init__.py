"""The one door for changes: sort, transcript and journal in hand."""
