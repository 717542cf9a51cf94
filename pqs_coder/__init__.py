"""Observer coding tool for the Psychotherapy Process Q-set."""
