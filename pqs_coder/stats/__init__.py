"""What sorts say: arrays in, arrays out."""
