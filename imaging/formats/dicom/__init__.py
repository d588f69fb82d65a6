"""DICOM and DICOS files: the header within limits, then pixels in their own dtype with what the file says of them."""

from imaging.formats.dicom.decode import decode_dicom
from imaging.formats.dicom.header import begins_as_data_set

__all__ = ["begins_as_data_set", "decode_dicom"]
