"""What traders say of their goods: habits, wording, national codes, and lies of named kinds."""
