"""The table against entries that were read from the printed standard, and what pydicom knows of its tags."""

import re

import pytest
from pydicom.datadict import dictionary_has_tag, dictionary_VR, keyword_for_tag, tag_for_keyword

from imaging.anonymisation.dicom_kept import kept_elements
from imaging.anonymisation.profile_table import EDITION, action_of, actions

KNOWN = {
    "AccessionNumber": ("Z", "Z"),
    "AcquisitionDate": ("X/Z", "X"),
    "AcquisitionDateTime": ("X/Z/D", "X"),
    "BranchOfService": ("X", "X"),
    "ContainerIdentifier": ("D", "D"),
    "ContentDate": ("Z/D", "Z"),
    "DeviceSerialNumber": ("X/Z/D", "X"),
    "FrameOfReferenceUID": ("U", "U"),
    "InstitutionName": ("X/Z/D", "X"),
    "OperatorsName": ("X/Z/D", "X"),
    "PatientBirthDate": ("Z", "Z"),
    "PatientID": ("Z/D", "Z"),
    "PatientName": ("Z", "Z"),
    "PersonName": ("D", "D"),
    "ReferencedImageSequence": ("X/Z/U*", "X"),
    "SOPInstanceUID": ("U", "U"),
    "SeriesInstanceUID": ("U", "U"),
    "StationName": ("X/Z/D", "X"),
    "StudyDate": ("Z", "Z"),
    "StudyDescription": ("X", "X"),
    "VerifyingObserverName": ("D", "D"),
}


@pytest.mark.parametrize("keyword", KNOWN)
def test_known_entries(keyword):
    tag = tag_for_keyword(keyword)
    assert (actions()[f"{tag:08X}"], action_of(tag)) == KNOWN[keyword]


def test_the_table_is_whole_and_its_tags_are_those_of_the_dictionary():
    assert "2026c" in EDITION
    assert len(actions()) == 655
    assert set(actions().values()) == {"X", "Z", "D", "U", "X/Z", "X/D", "Z/D", "X/Z/D", "X/Z/U*"}
    plain = [tag for tag in actions() if re.fullmatch("[0-9A-F]{8}", tag)]
    assert set(actions()) - set(plain) == {"50xxxxxx", "60xx3000", "60xx4000"}
    unknown = {tag for tag in plain if not dictionary_has_tag(int(tag, 16))}  # newer than the dictionary of pydicom
    assert unknown <= {tag for tag in plain if action_of(int(tag, 16)) == "X"}
    assert len(unknown) < 0.05 * len(plain)


def test_whatever_names_a_person_a_place_or_an_address_is_listed_or_not_kept():
    """Of the whole dictionary of DICOM nothing that is text or a person's name stays, but words from a list."""
    for tag, kept in kept_elements().items():
        assert dictionary_VR(tag) not in ("PN", "LT", "ST", "UT", "UC", "AE", "AS", "TM", "DT", "UR", "UN")
        if dictionary_VR(tag) in ("CS", "LO", "SH"):
            assert kept.check == "words", keyword_for_tag(tag)
    assert len(kept_elements()) == 65


@pytest.mark.parametrize("tag", [0x00090010, 0x00430001, 0x50000010, 0x60000010, 0x60023000, 0x601E4000])
def test_private_elements_curves_and_overlays_go_whole(tag):
    assert action_of(tag) == "X"


@pytest.mark.parametrize("keyword", ["Rows", "PixelSpacing", "Modality"])
def test_what_is_not_listed_has_no_action(keyword):
    assert action_of(tag_for_keyword(keyword)) is None


def test_dates_are_the_only_listed_elements_that_stay():
    listed = {keyword_for_tag(tag) for tag in kept_elements() if action_of(tag)}
    assert listed == {"StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"}
    assert listed == {keyword_for_tag(tag) for tag, kept in kept_elements().items() if kept.check == "date"}
