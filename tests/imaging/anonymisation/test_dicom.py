"""DICOM and DICOS: secrets in every value representation and depth; actions of PS3.15; UIDs, dates and the seal."""

import io
from datetime import date

import numpy as np
import pydicom
import pytest
from pydicom import Dataset
from pydicom.datadict import DicomDictionary, tag_for_keyword
from pydicom.dataset import FileMetaDataset
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from imaging import ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.anonymisation.dicom_kept import kept_elements
from imaging.anonymisation.profile_table import action_of
from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.formats.dicom.header import quiet
from tests.imaging.anonymisation.planted import SITE, leaks, picture, places, same_picture, scrubbed, secret
from tests.imaging.dicom_files import data_set, dicom, item, levels, written

SECRETS = {secret(number) for number in range(80)}
TEXTS = [secret(number) for number in range(80)]
PLAIN = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
TEXT_TYPES = ("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT")
MARKS = {0x00120062, 0x00120063, 0x00120064, 0x00280303}


def parsed(content):
    return pydicom.dcmread(io.BytesIO(content))


def file_with(dataset, samples, syntax=ExplicitVRLittleEndian):
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    dataset.add_new("PixelData", "OW", samples.astype(f"{order}u2").tobytes())
    with quiet():
        return written(dataset, syntax)


def of_every_text_type():
    """A data set with a secret in every attribute of the dictionary that is text, and in each binary one a few."""
    dataset = data_set(levels())
    number = 0
    for tag, (vr, _, _, retired, keyword) in sorted(DicomDictionary.items()):
        if not keyword or retired or tag >> 16 in (0, 2, 4, 0x7FE0, 0xFFFE) or tag in dataset:
            continue
        number += 1
        if vr in TEXT_TYPES:
            dataset.add_new(tag, vr, TEXTS[number % 60])
        elif vr in ("OB", "UN", "OW"):
            dataset.add_new(tag, "OB" if vr == "OB" else vr, TEXTS[number % 60].encode("utf-16-be"))
        elif vr == "SQ" and tag != tag_for_keyword("PixelValueTransformationSequence"):
            dataset.add_new(tag, vr, [item(PatientName=TEXTS[number % 60], RescaleType="HU", SpacingBetweenSlices=2)])
    return dataset


@pytest.mark.parametrize("syntax", PLAIN, ids=lambda uid: uid.name)
def test_of_all_texts_of_the_dictionary_none_is_left(tmp_path, syntax):
    with quiet():
        whole = file_with(of_every_text_type(), levels(), syntax)
    if syntax != DeflatedExplicitVRLittleEndian:
        assert len(leaks(whole, set(TEXTS[:60]))) == 60
    content, done = scrubbed(whole, tmp_path)
    assert leaks(content, SECRETS) == set()
    assert leaks(str(done).encode(), SECRETS) == set()
    assert np.array_equal(picture(content, tmp_path).planes[0], levels())
    allowed = kept_elements().keys() | MARKS
    for element in parsed(content):
        assert element.tag in allowed or action_of(element.tag) in ("Z", "D", "U") or element.keyword == "PixelData"
        assert action_of(element.tag) != "Z" or element.is_empty or element.VR == "DA", element


def test_private_and_unknown_elements_overlays_and_curves_go_at_every_depth(tmp_path):
    def planted(first):
        inner = Dataset()
        block = inner.private_block(0x0043, TEXTS[first], create=True)
        block.add_new(1, "LO", TEXTS[first + 1])
        block.add_new(2, "UN", TEXTS[first + 2].encode())
        inner.add_new(0x60000022, "LO", TEXTS[first + 3])
        inner.add_new(0x60003000, "OW", TEXTS[first + 4].encode())
        inner.add_new(0x50003000, "OW", TEXTS[first + 5].encode())
        inner.add_new(0x00189999, "LO", TEXTS[first + 6])
        return inner

    dataset = data_set(levels())
    dataset.update(planted(0))
    measures = planted(10)
    measures.PixelSpacing = [2, 3]
    shared = planted(20)
    shared.PixelMeasuresSequence = [measures]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.RequestAttributesSequence = [planted(30)]
    dataset.add_new(0xFFFCFFFC, "OB", TEXTS[40].encode())
    whole = file_with(dataset, levels())
    content, done = scrubbed(whole, tmp_path)
    assert len(leaks(whole, SECRETS)) == 29
    assert leaks(content, SECRETS) == set()
    left = parsed(content).SharedFunctionalGroupsSequence[0]
    assert [element.keyword for element in left] == ["PixelMeasuresSequence"]
    assert [element.keyword for element in left.PixelMeasuresSequence[0]] == ["PixelSpacing"]
    assert left.PixelMeasuresSequence[0].PixelSpacing == [2, 3]
    assert places(done)["(odd group) private element"] == ("removed", 9)
    assert "(0018,9999)" in places(done)


def test_preamble_meta_information_and_what_comes_behind_the_pixels_go(tmp_path):
    dataset = data_set(levels())
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.SourceApplicationEntityTitle = TEXTS[0]
    dataset.file_meta.ImplementationVersionName = TEXTS[1]
    dataset.file_meta.PrivateInformationCreatorUID = "1.2.3.4444"
    dataset.file_meta.PrivateInformation = TEXTS[2].encode()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.preamble = (TEXTS[3] * 8).encode()
    dataset.add_new("PixelData", "OW", levels().tobytes() + (TEXTS[4] * 3).encode())
    dataset.add_new(0xFFFCFFFC, "OB", TEXTS[5].encode())
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, dataset, enforce_file_format=True)
    assert leaks(buffer.getvalue(), SECRETS) == set(TEXTS[:6])
    content, done = scrubbed(buffer.getvalue(), tmp_path)
    assert leaks(content, SECRETS) == set()
    assert content[:132] == bytes(128) + b"DICM"
    assert {element.keyword for element in parsed(content).file_meta} == {
        "FileMetaInformationGroupLength",
        "FileMetaInformationVersion",
        "MediaStorageSOPClassUID",
        "MediaStorageSOPInstanceUID",
        "TransferSyntaxUID",
        "ImplementationClassUID",
    }
    assert content.endswith(levels().tobytes())
    assert places(done)["DICOM preamble"] == ("blanked", 1)
    assert places(done)["DICOM bytes behind the pixels"] == ("removed", 1)
    assert parsed(content).file_meta.MediaStorageSOPInstanceUID == parsed(content).SOPInstanceUID


def test_actions_of_the_profile(tmp_path):
    whole = dicom(
        levels(), PatientName=TEXTS[0], PatientID=TEXTS[1], AccessionNumber=TEXTS[2], StudyTime="101112",
        OperatorsName=TEXTS[3], StudyDescription=TEXTS[4], PersonName=TEXTS[5], ContainerIdentifier=TEXTS[6],
        Date="20240317", Time="101112", DateTime="20240317101112", StationAETitle=TEXTS[7],
        ContentSequence=[item(TextValue=TEXTS[8])], DeviceSerialNumber=TEXTS[9], ReferencedSOPInstanceUID="1.2.3.9",
        Manufacturer=TEXTS[10], PatientSex="O",
    )  # fmt: skip
    content, done = scrubbed(whole, tmp_path)
    dataset = parsed(content)
    assert leaks(content, SECRETS) == set()
    for keyword in ("PatientName", "PatientID", "AccessionNumber", "StudyTime", "PatientSex"):
        assert keyword in dataset
        assert dataset[keyword].is_empty
    assert (dataset.PersonName, dataset.ContainerIdentifier) == ("REMOVED", "REMOVED")
    assert (dataset.Date, dataset.Time, dataset.DateTime) == ("19000101", "000000", "19000101000000")
    gone = ("OperatorsName", "StudyDescription", "ContentSequence", "DeviceSerialNumber", "Manufacturer")
    assert not any(keyword in dataset for keyword in gone)
    assert dataset.ReferencedSOPInstanceUID == SITE.uid("1.2.3.9")
    told = places(done)
    assert told["(0010,0010) PatientName"] == ("emptied", 1)
    assert told["(0040,A123) PersonName"] == ("replaced", 1)
    assert told["(0008,1030) StudyDescription"] == ("removed", 1)
    assert told["(0040,A730) ContentSequence"] == ("removed", 1)


def test_the_file_says_what_was_done(tmp_path):
    dataset = parsed(scrubbed(dicom(levels(), StudyDate="20240317"), tmp_path)[0])
    assert dataset.PatientIdentityRemoved == "YES"
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert "PS3.15" in dataset.DeidentificationMethod[0]
    codes = [(code.CodeValue, code.CodingSchemeDesignator) for code in dataset.DeidentificationMethodCodeSequence]
    assert codes == [("113100", "DCM"), ("113107", "DCM")]


def test_uids_are_the_same_in_all_files_of_a_site_and_others_elsewhere(tmp_path):
    def uids(content):
        dataset = parsed(content)
        return [dataset.SOPInstanceUID, dataset.SeriesInstanceUID, dataset.StudyInstanceUID]

    one, two = (dicom(levels(), StudyInstanceUID="1.2.3", SOPInstanceUID=uid) for uid in ("1.2.3.1", "1.2.3.2"))
    first, second = (uids(scrubbed(each, tmp_path)[0]) for each in (one, two))
    assert first[1:] == second[1:]
    assert first[0] != second[0]
    assert all(pydicom.uid.UID(uid).is_valid and uid.startswith("2.25.") for uid in first)
    elsewhere = uids(scrubbed(one, tmp_path, site=Pseudonyms("south", SITE.key))[0])
    assert not set(elsewhere) & set(first)


def test_the_standards_own_uids_stay(tmp_path):
    dataset = parsed(scrubbed(dicom(levels(), FrameOfReferenceUID="1.2.840.10008.1.4.1.1"), tmp_path)[0])
    assert dataset.FrameOfReferenceUID == "1.2.840.10008.1.4.1.1"
    assert dataset.SOPClassUID == CTImageStorage


def test_a_class_that_is_not_dicoms_names_its_maker(tmp_path):
    with pytest.raises(UnsupportedScan, match="class of a DICOM file"):
        scrubbed(dicom(levels(), SOPClassUID="1.3.12.2.1107.5.9.1"), tmp_path)


@pytest.mark.parametrize(
    ("said", "month"),
    [("20240317", "20240301"), ("00010101", "00010101"), ("20240230", ""), ("2024", ""), ("", ""), ("KOWALSKI", "")],
)
def test_dates_become_the_first_of_their_month(tmp_path, said, month):
    with quiet():
        whole = dicom(levels(), StudyDate=said, AcquisitionDate=said, AcquisitionTime="101112", SeriesTime="101112")
    dataset = parsed(scrubbed(whole, tmp_path)[0])
    assert (dataset.StudyDate, dataset.AcquisitionDate) == (month, month)
    assert "AcquisitionTime" not in dataset
    assert "SeriesTime" not in dataset


def test_dates_of_a_group_are_shifted_alike(tmp_path):
    def dates(group, *said):
        whole = dicom(levels(), StudyDate=said[0], ContentDate=said[1])
        dataset = parsed(scrubbed(whole, tmp_path, dates="shift", group=group)[0])
        return [date.fromisoformat(each) for each in (dataset.StudyDate, dataset.ContentDate)]

    first = dates("a", "20240317", "20240319")
    assert first[0] == date(2024, 3, 17) + SITE.shift("a")
    assert (first[1] - first[0]).days == 2
    assert dates("b", "20240317", "20240319") != first
    whole = dicom(levels(), StudyDate="00010101", ContentDate="20240319")
    assert parsed(scrubbed(whole, tmp_path, dates="shift", group="a")[0]).StudyDate == ""


@pytest.mark.parametrize("dates", ["month", "shift"])
def test_cleaning_again_changes_neither_uids_nor_dates(tmp_path, dates):
    whole = dicom(levels(), StudyDate="20240317", ContentDate="20240319", StudyInstanceUID="1.2.3")
    once, _ = scrubbed(whole, tmp_path, dates=dates)
    again, done = scrubbed(once, tmp_path, dates=dates, group="another")
    assert again == once
    assert {treatment for treatment, _ in places(done).values()} == {"removed"}  # its marks, which are set anew


@pytest.mark.parametrize("change", ["StudyDate", "StudyInstanceUID", "DeidentificationMethod", "site", "dates"])
def test_a_seal_holds_for_one_key_one_rule_and_what_it_was_set_on(tmp_path, change):
    """Else a file could come in with UIDs and dates of its own under the seal of another."""
    once, _ = scrubbed(dicom(levels(), StudyDate="20240317", StudyInstanceUID="1.2.3"), tmp_path)
    dataset = parsed(once)
    changes = {"StudyDate": "20240318", "StudyInstanceUID": "1.2.4", "DeidentificationMethod": ["x", "0" * 16]}
    for keyword in changes.keys() & {change}:
        setattr(dataset, keyword, changes[keyword])
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    site = Pseudonyms("south", SITE.key) if change == "site" else SITE
    again, _ = scrubbed(buffer.getvalue(), tmp_path, site=site, dates="shift" if change == "dates" else "month")
    assert parsed(again).SOPInstanceUID == site.uid(parsed(once).SOPInstanceUID)
    moved = (date(2024, 3, 1) + SITE.shift("g")).isoformat().replace("-", "")
    assert parsed(again).StudyDate == (moved if change == "dates" else "20240301")


WORDS = {
    "ImageType": ["ORIGINAL", TEXTS[0], "HIGH ENERGY"],
    "Modality": TEXTS[1],
    "PresentationLUTShape": TEXTS[2],
    "BurnedInAnnotation": TEXTS[3],
}


def test_words_that_are_on_the_list_stay(tmp_path):
    said = {"LossyImageCompression": "00", "BurnedInAnnotation": "YES", "Modality": "XRAY", "RescaleType": "MHU"}
    clean = parsed(scrubbed(dicom(levels(), RescaleSlope=1, RescaleIntercept=0, **said), tmp_path)[0])
    assert {keyword: clean[keyword].value for keyword in said} == said


def test_words_that_are_not_on_the_list_go(tmp_path):
    whole = dicom(levels(), **WORDS)
    content, done = scrubbed(whole, tmp_path)
    dataset = parsed(content)
    assert leaks(whole, SECRETS) == set(TEXTS[:4])
    assert leaks(content, SECRETS) == set()
    assert list(dataset.ImageType) == ["ORIGINAL", "", "HIGH ENERGY"]
    assert picture(content, tmp_path).channel == "high"
    assert not any(keyword in dataset for keyword in list(WORDS)[1:])
    assert places(done)["(0008,0008) ImageType"] == ("emptied", 1)
    assert places(done)["(0008,0060) Modality"] == ("removed", 1)


def test_numbers_that_are_none_go_and_empty_elements_leave_no_trace(tmp_path):
    with quiet():
        dataset = data_set(levels(), WindowCenter="40", SliceThickness="", BurnedInAnnotation="")
        dataset.add_new("WindowWidth", "LO", TEXTS[0])
        dataset.add_new("SpacingBetweenSlices", "DS", "4_8_7_7_1_2")
        dataset.add_new("EstimatedRadiographicMagnificationFactor", "DS", "infinity")
        dataset.add_new("DistanceSourceToDetector", "DS", [str(number) for number in range(30)])
        dataset.add_new("PixelAspectRatio", "SQ", [item(PatientName=TEXTS[1])])
        whole = file_with(dataset, levels())
    content, done = scrubbed(whole, tmp_path)
    clean = parsed(content)
    assert leaks(content, SECRETS) == set()
    assert clean.WindowCenter == 40
    assert not {"SpacingBetweenSlices", "EstimatedRadiographicMagnificationFactor"} & set(clean.dir())
    gone = ("WindowWidth", "DistanceSourceToDetector", "PixelAspectRatio", "SliceThickness", "BurnedInAnnotation")
    assert not any(keyword in clean for keyword in gone)
    assert "(0018,0050) SliceThickness" not in places(done)
    assert "(0028,0301) BurnedInAnnotation" not in places(done)


def test_numbers_of_another_type_are_numbers_all_the_same(tmp_path):
    """As DICOS writers write some of them."""
    dataset = data_set(levels((3, 24, 33)), NumberOfFrames="3")
    dataset.add_new("NumberOfFrames", "UL", 3)
    dataset.add_new("RescaleType", "CS", "MHU")
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
    whole = file_with(dataset, levels((3, 24, 33)))
    content, _ = scrubbed(whole, tmp_path)
    assert parsed(content)["NumberOfFrames"].VR == "IS"
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_palettes_stay_as_long_as_they_say(tmp_path, syntax):
    indices = levels((8, 9), np.uint8) % 16
    for bits, more in ((16, 40), (8, 40), (8, 14)):  # in the last, entries of 8 bits are packed
        order = ">" if syntax == ExplicitVRBigEndian else "<"
        table = np.arange(16, dtype=np.uint8) * 3 if more == 14 else np.arange(16, dtype=f"{order}u2") * 3
        dataset = data_set(indices, PhotometricInterpretation="PALETTE COLOR")
        for name in ("Red", "Green", "Blue"):
            setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [16, 0, bits])
            data = table.tobytes() + (TEXTS[0].encode() * 3)[:more]
            dataset.add_new(tag_for_keyword(f"{name}PaletteColorLookupTableData"), "OW", data)
        dataset.add_new("PixelData", "OB", indices.tobytes())
        whole = written(dataset, syntax)
        content, _ = scrubbed(whole, tmp_path)
        assert leaks(content, {TEXTS[0][:12]}) == set()
        assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


@pytest.mark.parametrize("syntax", PLAIN[:3], ids=lambda uid: uid.name)
@pytest.mark.parametrize("form", ["words", "narrow", "packed"])
def test_colours_that_no_pixel_has_become_black(tmp_path, syntax, form):
    """Also in the bytes of a word that an entry of 8 bits leaves free."""
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    indices = np.arange(72, dtype=np.uint8).reshape(8, 9) % 16 + 2
    hidden = np.frombuffer((TEXTS[0] * 2).encode(), np.uint8)
    levels_N = np.arange(1, 17, dtype=np.uint16)
    if form == "packed":
        table = np.append(levels_N.astype(np.uint8), hidden)
        table = table if order == "<" else table.reshape(-1, 2)[:, ::-1].ravel()
    else:
        words = levels_N * (256 if form == "words" else 1) + (hidden[:16].astype(np.uint16) << 8) * (form == "narrow")
        table = np.append(words.astype(f"{order}u2").view(np.uint8), hidden)
    entries = 48 if form == "packed" else 32
    dataset = data_set(indices, PhotometricInterpretation="PALETTE COLOR")
    for name in ("Red", "Green", "Blue"):
        setattr(dataset, f"{name}PaletteColorLookupTableDescriptor", [entries, 2, 16 if form == "words" else 8])
        dataset.add_new(tag_for_keyword(f"{name}PaletteColorLookupTableData"), "OW", table.tobytes())
    dataset.add_new("PixelData", "OB", indices.tobytes())
    whole = written(dataset, syntax)
    content, done = scrubbed(whole, tmp_path)
    assert leaks(whole, SECRETS)
    assert leaks(content, SECRETS) == set()
    left = parsed(content).RedPaletteColorLookupTableData
    assert not set(left) & set(TEXTS[0].encode())
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert places(done)["DICOM colours that no pixel has"] == ("blanked", 3)
    again, done = scrubbed(content, tmp_path)
    assert again == content
    assert "DICOM colours that no pixel has" not in places(done)


def test_a_seal_vouches_for_what_stands_in_items_too(tmp_path):
    dataset = parsed(scrubbed(dicom(levels(), StudyDate="20240317"), tmp_path)[0])
    dataset.PixelMeasuresSequence = [
        item(PixelSpacing=[1, 1], ReferencedSOPInstanceUID="1.2.3.9", StudyDate="20240318")
    ]
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    content, _ = scrubbed(buffer.getvalue(), tmp_path)
    inside = parsed(content).PixelMeasuresSequence[0]
    assert (inside.ReferencedSOPInstanceUID, inside.StudyDate) == (SITE.uid("1.2.3.9"), "20240301")
    assert scrubbed(content, tmp_path)[0] == content


@pytest.mark.parametrize("keyword", ["PixelPaddingRangeLimit", "RedPaletteColorLookupTableDescriptor"])
def test_bytes_are_no_more_numbers_than_an_element_has(tmp_path, keyword):
    dataset = data_set(levels())
    dataset.add_new(keyword, "OB", TEXTS[0].encode())
    with quiet():
        content, _ = scrubbed(file_with(dataset, levels()), tmp_path)
    assert leaks(content, SECRETS) == set()
    assert keyword not in parsed(content)


def test_text_whose_first_letters_a_reader_takes_for_the_padding_is_refused(tmp_path):
    dataset = data_set(levels())
    dataset.add_new("PixelPaddingValue", "OB", TEXTS[0].encode())
    with quiet(), pytest.raises(UnsupportedScan, match="others for padding"):
        scrubbed(file_with(dataset, levels()), tmp_path)


def test_a_palette_of_no_use_goes(tmp_path):
    dataset = data_set(levels())
    dataset.add_new("RedPaletteColorLookupTableData", "OW", TEXTS[0].encode())
    content, _ = scrubbed(file_with(dataset, levels()), tmp_path)
    assert leaks(content, SECRETS) == set()
    dataset.RedPaletteColorLookupTableDescriptor = [8, 0, 16]
    whole = file_with(dataset, levels())
    content, done = scrubbed(whole, tmp_path)
    assert leaks(content, SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert places(done)["DICOM palette that no pixel looks at"] == ("removed", 2)


@pytest.mark.parametrize("syntax", PLAIN[:3], ids=lambda uid: uid.name)
def test_what_a_volume_says_of_its_frames_stays(tmp_path, syntax):
    volume = levels((3, 6, 7))
    frames = [
        item(
            PlanePositionSequence=[item(ImagePositionPatient=[0, 0, 2.5 * number])],
            FrameContentSequence=[item(FrameAcquisitionDateTime="20240317101112", FrameComments=TEXTS[0])],
        )
        for number in range(3)
    ]
    shared = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[1.5, 1.25], SliceThickness=2.5)],
        PixelValueTransformationSequence=[item(RescaleSlope=2, RescaleIntercept=-1000, RescaleType="HU")],
    )
    dataset = data_set(
        volume, NumberOfFrames=3, SOPClassUID=EnhancedCTImageStorage, PixelPaddingValue=5,
        SharedFunctionalGroupsSequence=[shared], PerFrameFunctionalGroupsSequence=frames,
    )  # fmt: skip
    whole = file_with(dataset, volume, syntax)
    content, _ = scrubbed(whole, tmp_path)
    seen = picture(content, tmp_path)
    assert seen.spacing_mm == (2.5, 1.5, 1.25)
    assert (seen.rescale.slope, seen.padding) == (2.0, 5)
    assert same_picture(picture(whole, tmp_path), seen)
    assert leaks(content, SECRETS) == set()


def test_a_unit_that_is_no_known_word_is_not_passed_over(tmp_path):
    """Without it the numbers of a CT would be taken for Hounsfield units."""
    whole = dicom(levels(), RescaleSlope=1, RescaleIntercept=0, RescaleType=TEXTS[0])
    with pytest.raises(UnsupportedScan, match="others for rescale") as caught:
        scrubbed(whole, tmp_path)
    assert not leaks(str(caught.value).encode(), SECRETS)


def test_files_without_preamble_become_whole_ones(tmp_path):
    whole = dicom(levels(), bare=True, PatientName=TEXTS[0])
    content, done = scrubbed(whole, tmp_path)
    assert content[128:132] == b"DICM"
    assert "DICOM preamble" not in places(done)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


def test_deflated_files_are_written_plain(tmp_path):
    whole = dicom(levels(), syntax=DeflatedExplicitVRLittleEndian, PatientName=TEXTS[0])
    content, _ = scrubbed(whole, tmp_path)
    assert parsed(content).file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert content.endswith(levels().tobytes())


def test_sequences_that_stand_too_deep_are_refused(tmp_path):
    nested = item(PatientName=TEXTS[0])
    for _ in range(20):
        nested = item(PixelMeasuresSequence=[nested])
    with pytest.raises(ScanTooLarge):
        scrubbed(dicom(levels(), PixelMeasuresSequence=[nested]), tmp_path)


def test_a_report_has_no_pixels(tmp_path):
    with pytest.raises(UnreadableScan, match="has pixels"):
        scrubbed(written(item(SOPClassUID=CTImageStorage, SOPInstanceUID="1.2.3", PatientName=TEXTS[0])), tmp_path)


@pytest.mark.parametrize("syntax", PLAIN[:2], ids=lambda uid: uid.name)
def test_numbers_whose_type_the_file_leaves_open_stay(tmp_path, syntax):
    """Implicit files do not say whether 16 bits have a sign; others may call them words."""
    dataset = data_set(levels(), PixelPaddingValue=7)
    if syntax == ExplicitVRLittleEndian:
        dataset.add_new("PixelPaddingValue", "OW", b"\7\0")
        dataset.add_new("PixelPaddingRangeLimit", "OW", TEXTS[0].encode() * 2)
    whole = file_with(dataset, levels(), syntax)
    content, _ = scrubbed(whole, tmp_path)
    assert picture(content, tmp_path).padding == 7
    assert leaks(content, SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
