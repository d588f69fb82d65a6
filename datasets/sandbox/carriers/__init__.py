"""What goods travel in and on: containers, trailers, wagons, vans, pallets, with the units to declare for."""
