"""Threat reports: nothing that could not be judged is ever CLEAR, and what is written is what is read."""

import itertools
import warnings
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import Dataset, dcmread, dcmwrite

from imaging import ReadLimits, ScanError, ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.dicos import (
    Ability,
    AbortReason,
    AlarmDecision,
    Instance,
    PotentialThreatObject,
    ReportType,
    ThreatCategory,
    ThreatFlag,
    ThreatReport,
    instance_of,
    read_tdr,
    write_tdr,
)
from imaging.errors import ReportError

DX = Instance("1.2.840.10008.5.1.4.1.1.501.2.2", "2.25.77")
CT = Instance("1.2.840.10008.5.1.4.1.1.501.1", "2.25.78")
KNIFE = PotentialThreatObject(
    7, (10.0, 20.0, 35.0, 28.0), ThreatFlag.THREAT, ThreatCategory.PROHIBITED_ITEM, probability=0.75,
    description="knife", mass=0.5, density=7.75, effective_z=26.0,
)  # fmt: skip
LAPTOP = PotentialThreatObject(8, (0.0, 0.0, 5.0, 5.0), ThreatFlag.NO_THREAT, ThreatCategory.LAPTOP, Ability.SHIELD)
DOUBT = replace(LAPTOP, object_id=9, flag=ThreatFlag.UNKNOWN, category=ThreatCategory.ANOMALY)
ALARM = ThreatReport(DX, AlarmDecision.ALARM, (KNIFE, LAPTOP))
DECIDED = datetime(2026, 1, 2, 3, 4, 5, 600_000)  # noqa: DTZ001 -- as DICOM writes local times


# What can be said ----------------------------------------------------------------------------------------------------


@given(
    decision=st.sampled_from(AlarmDecision),
    flags=st.lists(st.sampled_from(ThreatFlag), max_size=3),
    abort=st.none() | st.sampled_from(AbortReason),
)
def test_clear_is_impossible_with_an_alarm_a_doubt_or_an_abort(decision, flags, abort):
    objects = tuple(replace(LAPTOP, object_id=index, flag=flag) for index, flag in enumerate(flags))
    alarm = any(flag in (ThreatFlag.THREAT, ThreatFlag.HIGH_THREAT) for flag in flags)
    judged = abort is None and ThreatFlag.UNKNOWN not in flags
    sound = alarm if decision is AlarmDecision.ALARM else not alarm and (decision is AlarmDecision.UNKNOWN or judged)
    if sound:
        assert bool(ThreatReport(DX, decision, objects, abort).alarm_objects) == alarm
        return
    with pytest.raises(ReportError, match=r".+; found .+; .+"):
        ThreatReport(DX, decision, objects, abort)


@pytest.mark.parametrize(
    "changes",
    [
        {"box": (0.0, 0.0, 5.0)},
        {"box": (0.0, 0.0, 5.0, float("nan"))},
        {"box": (5.0, 0.0, 5.0, 5.0)},
        {"box": (0.0, 9.0, 5.0, 5.0)},
        {"object_id": -1},
        {"object_id": 65_536},
        {"probability": 1.5},
        {"probability": -0.1},
    ],
)
def test_objects_that_cannot_be(changes):
    with pytest.raises(ReportError):
        replace(LAPTOP, **changes)


def test_reports_that_cannot_be():
    for changes in ({"objects": (KNIFE, replace(LAPTOP, object_id=7))}, {"about": CT}):
        with pytest.raises(ReportError):
            replace(ALARM, **changes)


# There and back ------------------------------------------------------------------------------------------------------


REPORTS = [
    ALARM,
    replace(ALARM, objects=(replace(KNIFE, mass=None, density=None, effective_z=None),)),
    ThreatReport(DX, AlarmDecision.CLEAR),
    ThreatReport(DX, AlarmDecision.CLEAR, (LAPTOP,), decided=DECIDED),
    ThreatReport(DX, AlarmDecision.UNKNOWN),
    ThreatReport(DX, AlarmDecision.UNKNOWN, (LAPTOP, DOUBT)),
    *(ThreatReport(DX, AlarmDecision.UNKNOWN, abort_reason=reason) for reason in AbortReason),
    replace(ALARM, abort_reason=AbortReason.TIMEOUT, decided=DECIDED),
    *(replace(ALARM, report_type=kind) for kind in ReportType),
    *(replace(ALARM, objects=(replace(KNIFE, category=category),)) for category in ThreatCategory),
    ThreatReport(
        CT, AlarmDecision.ALARM, (replace(KNIFE, box=(1.0, 2.0, 3.0, 4.0, 6.0, 8.0), flag=ThreatFlag.HIGH_THREAT),),
        algorithm=("customs-xray", "0.2", "-rate=0.05"), object_id="MSKU1234565", processing_ms=125.0,
    ),
    replace(ALARM, object_type="CARGO"),
    replace(ALARM, decided=DECIDED.replace(tzinfo=UTC)),
    replace(ALARM, objects=(replace(KNIFE, description="нож, סכין"),)),
]  # fmt: skip


@pytest.mark.parametrize("report", REPORTS)
def test_what_is_written_is_what_is_read(tmp_path, report):
    instance = write_tdr(tmp_path / "a", report)
    assert read_tdr(tmp_path / "a") == report
    assert instance == instance_of(tmp_path / "a")
    before = (tmp_path / "a").read_bytes()
    write_tdr(tmp_path / "a", report)
    assert (tmp_path / "a").read_bytes() == before


@given(
    corner=st.tuples(st.integers(0, 6000), st.integers(0, 6000)),
    size=st.tuples(st.integers(1, 6000), st.integers(1, 6000)),
    probability=st.none() | st.floats(0, 1, width=32),
)
def test_any_box_of_whole_pixels_survives(tmp_path_factory, corner, size, probability):
    box = (float(corner[0]), float(corner[1]), float(corner[0] + size[0]), float(corner[1] + size[1]))
    report = ThreatReport(DX, AlarmDecision.ALARM, (replace(KNIFE, box=box, probability=probability),))
    path = tmp_path_factory.mktemp("tdr") / "a"
    write_tdr(path, report)
    assert read_tdr(path) == report


@pytest.mark.parametrize(
    "changes",
    [{"object_id": "x" * 65}, {"algorithm": ("a\\b", "1")}, {"objects": (replace(KNIFE, description="a\nb"),)},
     {"object_type": "LORRY"}],
)  # fmt: skip
def test_what_dicom_has_no_place_for_is_refused(tmp_path, changes):
    with pytest.raises(UnsupportedScan):
        write_tdr(tmp_path / "a", replace(ALARM, **changes))


def test_every_report_has_an_identity_of_its_own(tmp_path):
    assert len({write_tdr(tmp_path / "a", report).sop_instance_uid for report in REPORTS}) == len(
        set(map(repr, REPORTS))
    )


# The independent toolkit ---------------------------------------------------------------------------------------------


@pytest.fixture
def toolkit():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaders, names = pytest.importorskip("pydicos._loaders"), pytest.importorskip("pyDICOS")
        yield loaders.TDRLoader, names


DECISIONS = {"enumAlarm": "ALARM", "enumClear": "CLEAR", "enumUnknownAlarmDecision": "UNKNOWN"}


@pytest.mark.parametrize("report", [report for report in REPORTS if report.report_type is ReportType.MACHINE])
def test_the_toolkit_reads_our_reports(tmp_path, toolkit, report):
    write_tdr(tmp_path / "a.dcs", report)
    loader = toolkit[0]()
    loader.read(str(tmp_path / "a.dcs"))
    data = loader.get_data()
    assert DECISIONS[data["AlarmDecision"].name] == report.decision.value
    assert data["OOIID"] == report.object_id
    assert loader.GetNumAlarmObjects() == len(report.alarm_objects)
    found = {pto["ID"]: pto for pto in data["PTOs"]}
    assert set(found) == {threat.object_id for threat in report.objects}
    for threat in report.objects:
        pto, sides = found[threat.object_id], len(threat.box) // 2
        lows = [pto["Base"][axis] for axis in "xyz"]
        sizes = [pto["Extent"][axis] for axis in "xyz"]
        if report.object_type == "BAGGAGE" and sides == 2:
            assert (lows[2], sizes[2]) == (0, 1)
        if report.object_type == "BAGGAGE":  # of other objects it gives zeros, in files of its own as well
            assert lows[:sides] == list(threat.box[:sides])
            assert [low + size for low, size in zip(lows, sizes, strict=True)][:sides] == list(threat.box[sides:])
        if threat.description.isascii():
            assert pto["Assessment"]["description"] == threat.description
        flag = pto["Assessment"]["flag"].name.removeprefix("enum")
        assert flag.upper() == threat.flag.value.replace("_", "")
        if threat.probability is not None:
            assert pto["Assessment"]["probability"] == pytest.approx(threat.probability)


REASONS = {
    "enumIncompleteScan": "INCOMPLETE_SCAN", "enumFailedRecon": "FAILED_RECON", "enumTimeout": "TIMEOUT",
    "enumNotReviewed": "NOT_REVIEWED", "enumUserInterrupt": "USER_INTERRUPT", "enumOutOfBounds": "OUT_OF_BOUNDS",
    "enumOversizeBag": "OVERSIZE_BAG", "enumClippedBag": "CLIPPED_BAG", "enumUnknownDataType": "UNKNOWN_DATATYPE",
}  # fmt: skip


@pytest.mark.parametrize("name", REASONS)
def test_we_read_the_abort_reasons_of_the_toolkit(tmp_path, toolkit, name):
    loader_of, names = toolkit
    write_tdr(tmp_path / "a.dcs", ALARM)
    loader = loader_of()
    loader.read(str(tmp_path / "a.dcs"))
    loader.SetAbortFlag(names.ABORT_FLAG.enumAbort, getattr(names.ABORT_REASON, name))
    loader.write(str(tmp_path / "b.dcs"))
    report = read_tdr(tmp_path / "b.dcs")
    assert report.abort_reason is AbortReason(REASONS[name])
    assert report.objects == ALARM.objects


def test_we_read_the_words_of_the_toolkit(tmp_path, toolkit):
    loader_of, names = toolkit
    words = itertools.product(
        ["enumHighThreat", "enumThreat"],
        ["Anomaly", "Contraband", "Explosive", "Laptop", "Other", "Pharmaceutical", "ProhibitedItem"],
        ["enumNoInterference", "enumShield"],
    )
    write_tdr(tmp_path / "a.dcs", replace(ALARM, objects=(KNIFE,)))
    for flag, category, ability in words:
        loader = loader_of()
        loader.read(str(tmp_path / "a.dcs"))
        loader.DeleteAssessments(7)
        loader.AddPTOAssessment(
            7,
            getattr(names.ASSESSMENT_FLAG, flag),
            getattr(names.THREAT_CATEGORY, f"enum{category}"),
            getattr(names.ABILITY_ASSESSMENT, ability),
            names.DcsLongText("x"),
            -1.0,
        )
        loader.write(str(tmp_path / "b.dcs"))
        threat = read_tdr(tmp_path / "b.dcs").objects[0]
        assert threat.flag.name.replace("_", "") == flag.removeprefix("enum").upper()
        assert threat.category.name.replace("_", "") == category.upper()
        assert threat.ability.name.replace("_", "") == ability.removeprefix("enum").upper()
        assert threat.probability is None


# Reports of others that cannot be believed ---------------------------------------------------------------------------


def changed(tmp_path, change, report=ALARM):
    write_tdr(tmp_path / "a", report)
    dataset = dcmread(tmp_path / "a")
    change(dataset)
    dcmwrite(tmp_path / "b", dataset)
    return tmp_path / "b"


def first(dataset):
    return dataset.ThreatSequence[0]


def set_on(place, **values):
    for keyword, value in values.items():
        setattr(place, keyword, value)


def referring_to_another(dataset):
    dataset.ThreatSequence[1].PTORepresentationSequence[0].ReferencedInstanceSequence[
        0
    ].ReferencedSOPInstanceUID = "2.25.5"


def without_references(dataset):
    del dataset.ReferencedStudySequence
    for entry in dataset.ThreatSequence:
        del entry.PTORepresentationSequence[0].ReferencedInstanceSequence


def without_region(dataset):
    del first(dataset).PTORepresentationSequence[0].ThreatROIVoxelSequence


def with_two_regions(dataset):
    shown = first(dataset).PTORepresentationSequence[0]
    shown.ThreatROIVoxelSequence = [*shown.ThreatROIVoxelSequence, Dataset()]


CHANGES = {
    "CLEAR with an alarm": (lambda d: set_on(d, AlarmDecision="CLEAR"), ReportError, "ALARM"),
    "UNKNOWN with an alarm": (lambda d: set_on(d, AlarmDecision="UNKNOWN"), ReportError, "ALARM"),
    "no decision": (lambda d: set_on(d, AlarmDecision=""), UnsupportedScan, "AlarmDecision"),
    "unknown decision": (lambda d: set_on(d, AlarmDecision="MAYBE"), UnsupportedScan, "MAYBE"),
    "no abort flag": (lambda d: d.pop("AbortFlag"), UnreadableScan, "SUCCESS or ABORT"),
    "abort without reason": (lambda d: set_on(d, AbortFlag="ABORT"), UnsupportedScan, "AbortReason"),
    "one object more": (lambda d: set_on(d, NumberOfTotalObjects=3), ReportError, "3 announced, 2 there"),
    "one alarm less": (lambda d: set_on(d, NumberOfAlarmObjects=0), ReportError, "0 announced, 1 there"),
    "no count": (lambda d: d.pop("NumberOfAlarmObjects"), UnreadableScan, "NumberOfAlarmObjects"),
    "unknown flag": (
        lambda d: set_on(first(d).ATDAssessmentSequence[0], ATDAssessmentFlag="PERHAPS"), UnsupportedScan, "PERHAPS"),
    "no assessment": (lambda d: first(d).pop("ATDAssessmentSequence"), UnreadableScan, "assess"),
    "no place": (lambda d: first(d).pop("PTORepresentationSequence"), UnreadableScan, "place"),
    "no region": (without_region, UnreadableScan, "region"),
    "two regions": (with_two_regions, UnreadableScan, "2 region"),
    "an endless box": (
        lambda d: set_on(first(d).PTORepresentationSequence[0].ThreatROIVoxelSequence[0],
                         ThreatROIExtents=[1.0, float("inf"), 1.0]), UnreadableScan, "region"),
    "a box without an inside": (
        lambda d: set_on(first(d).PTORepresentationSequence[0].ThreatROIVoxelSequence[0],
                         ThreatROIExtents=[1.0, 0.0, 1.0]), ReportError, "inside"),
    "two images": (referring_to_another, UnsupportedScan, "2 images"),
    "no image": (without_references, UnreadableScan, "class and instance"),
    "no report": (lambda d: set_on(d, SOPClassUID=DX.sop_class_uid), UnreadableScan, "TDR"),
    "nothing": (lambda d: set_on(d, SOPClassUID="1.2.3", Modality=""), UnreadableScan, "something else"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_report_that_cannot_be_believed_is_refused(tmp_path, name):
    change, error, said = CHANGES[name]
    with pytest.raises(error, match=said) as caught:
        read_tdr(changed(tmp_path, change))
    assert "in b" in caught.value.found


def test_clear_of_an_aborted_scan_is_refused(tmp_path):
    def abort(dataset):
        set_on(dataset, AbortFlag="ABORT", AbortReason="TIMEOUT")

    with pytest.raises(ReportError, match="never CLEAR"):
        read_tdr(changed(tmp_path, abort, ThreatReport(DX, AlarmDecision.CLEAR)))


def test_of_several_assessments_the_gravest_holds(tmp_path):
    def assess_again(dataset):
        entry = dataset.ThreatSequence[0]
        harmless = Dataset()
        set_on(harmless, ThreatCategory="OTHER", ATDAbilityAssessment="SHIELD", ATDAssessmentFlag="NO_THREAT")
        entry.ATDAssessmentSequence = [harmless, *entry.ATDAssessmentSequence]

    assert read_tdr(changed(tmp_path, assess_again)).objects[0] == KNIFE


def test_a_report_without_places_of_reference_names_its_study(tmp_path):
    def only_study(dataset):
        for entry in dataset.ThreatSequence:
            del entry.PTORepresentationSequence[0].ReferencedInstanceSequence

    assert read_tdr(changed(tmp_path, only_study)).about == DX


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        ("20260102030405.600000", DECIDED),
        ("20260102030405.600000+0000", DECIDED.replace(tzinfo=UTC)),
        ("19000101000000.000000", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_of_decision(tmp_path, said, decided):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = changed(tmp_path, lambda dataset: set_on(dataset, AlarmDecisionTime=said))
    assert read_tdr(path).decided == decided


def test_no_truncated_report_says_something_else(tmp_path):
    for report in (ALARM, ThreatReport(DX, AlarmDecision.CLEAR)):
        write_tdr(tmp_path / "a", report)
        whole = (tmp_path / "a").read_bytes()
        for length in range(0, len(whole), 7):
            (tmp_path / "b").write_bytes(whole[:length])
            try:
                found = read_tdr(tmp_path / "b")
            except ScanError:
                continue
            assert found.decision is report.decision
            assert found.objects == report.objects


@given(data=st.data())
def test_damaged_reports_are_a_report_or_a_scan_error(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("tdr") / "a"
    write_tdr(path, ALARM)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(132, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            report = read_tdr(path)
        except ScanError:
            return
    assert report.decision is not AlarmDecision.CLEAR or not report.alarm_objects


def test_other_files_are_no_reports(tmp_path):
    (tmp_path / "a").write_text("no report")
    for read in (read_tdr, instance_of):
        with pytest.raises(UnreadableScan):
            read(tmp_path / "a")
        with pytest.raises(UnreadableScan):
            read(tmp_path / "absent")
        with pytest.raises(ScanTooLarge):
            read(tmp_path / "a", ReadLimits(max_bytes=3))
