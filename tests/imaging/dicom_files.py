"""DICOM files for the tests, built element by element with pydicom and nothing of ours."""

import io

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.filewriter import dcmwrite
from pydicom.uid import CTImageStorage, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian


def data_set(samples, **elements):
    """Elements of a picture: HW, or HW3 for colour, or a volume DHW when `NumberOfFrames` says so."""
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "2.25.7"
    dataset.SeriesInstanceUID = "2.25.8"
    dataset.Modality = "CT"
    colour = samples.ndim == 3 and "NumberOfFrames" not in elements
    dataset.SamplesPerPixel = 3 if colour else 1
    dataset.PhotometricInterpretation = "RGB" if colour else "MONOCHROME2"
    if colour:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = samples.shape[:2] if colour else samples.shape[-2:]
    bits = samples.dtype.itemsize * 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
    dataset.PixelRepresentation = int(samples.dtype.kind == "i")
    for keyword, value in elements.items():
        if value is None:
            dataset.pop(keyword, None)
        else:
            setattr(dataset, keyword, value)
    return dataset


def dicom(samples, *, syntax=ExplicitVRLittleEndian, coded=None, bare=False, value=None, vr=None, **elements):
    """Bytes of a file; `coded` are its compressed frames, `value` replaces the raw pixel bytes."""
    dataset = data_set(samples, **elements)
    big = syntax == ExplicitVRBigEndian
    if coded is not None:
        dataset.PixelData = encapsulate(list(coded))
        dataset["PixelData"].VR = "OB"
    else:
        raw = samples.astype(samples.dtype.newbyteorder(">" if big else "<")).tobytes() if value is None else value
        dataset.add_new("PixelData", vr or ("OB" if samples.dtype.itemsize == 1 else "OW"), raw + bytes(len(raw) % 2))
    return written(dataset, syntax, bare=bare)


def written(dataset, syntax=ExplicitVRLittleEndian, *, bare=False):
    """Bytes of a data set as a file, `bare` without preamble and meta information."""
    buffer = io.BytesIO()
    if bare:
        dcmwrite(
            buffer,
            dataset,
            implicit_vr=syntax == ImplicitVRLittleEndian,
            little_endian=syntax != ExplicitVRBigEndian,
        )
        return buffer.getvalue()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def item(**elements):
    """One item of a sequence."""
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def levels(shape=(24, 33), dtype=np.uint16, seed=0):
    """Noise over all levels of a dtype."""
    info = np.iinfo(dtype)
    return np.random.default_rng(seed).integers(info.min, info.max, shape, dtype, endpoint=True)
