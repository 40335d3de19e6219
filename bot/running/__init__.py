"""The program while it runs: what is made anew, copied, rehearsed, and whether it is fit to serve."""
