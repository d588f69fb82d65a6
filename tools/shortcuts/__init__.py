"""Whether a network could learn to cheat on simulated scans: from anything but the hidden object itself."""
