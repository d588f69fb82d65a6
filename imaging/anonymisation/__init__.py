"""Takes out of files what names people, firms, places and times, and says what it took out, never the values.

What is left is pseudonymous, not anonymous: who holds the original can recognise the picture of its cargo.
"""
