"""What the checks of a pool found, as one HTML file that needs nothing else: tables, histograms, pictures."""
