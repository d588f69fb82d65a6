"""What scanners do to a transmission (air = 1): dose, electronics, blur, scatter, drift, faults. Nothing moves."""
