"""Parcels and bags: what is in them, as solids and voxels; their radiographs and declarations."""
