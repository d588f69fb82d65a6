"""What the simulator gives, measured, beside what is published."""
