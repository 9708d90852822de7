"""Quality on the public corpora: what is aimed at, how it is measured, and the programme that trains and measures every system."""
