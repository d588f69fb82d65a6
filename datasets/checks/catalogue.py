"""Every check of a pool, in the order in which a person would want to hear of them."""

from __future__ import annotations

from datasets.checks import boxes, labels, leaks, on_disk, records, references, rights, views
from datasets.checks.check import Check, Find


def _problems(*finds: Find) -> tuple[Check, ...]:
    return tuple(Check(find, "problem") for find in finds)


def _warnings(*finds: Find) -> tuple[Check, ...]:
    return tuple(Check(find, "warning") for find in finds)


CHECKS: tuple[Check, ...] = (
    *_problems(
        records.schema,
        records.sorted_lines,
        records.unique_names,
        records.hash_of_content,
        records.hash_of_truth,
        records.sealed_whole,
        on_disk.files_there,
        on_disk.files_inside,
        on_disk.files_named,
        on_disk.files_once,
        on_disk.file_hashes,
        on_disk.metadata_gone,
        on_disk.container_numbers_gone,
        references.sites_known,
        references.declarations_there,
        references.declared_lines_there,
        references.truth_of_units,
        references.images_of_views,
        references.annotations_of_images,
        views.readable,
        views.sizes_equal,
        views.channels_equal,
        views.profiles_there,
        views.pitch_plausible,
        views.range_fits_quantity,
        boxes.boxes_have_area,
        boxes.boxes_inside,
        boxes.visible_inside_box,
        boxes.shapes_inside_box,
        boxes.areas_agree,
        labels.categories_equal,
        labels.examined_labels_known,
        labels.found_was_looked_for,
        rights.licences_stated,
        rights.months_plausible,
        leaks.groups_on_one_side,
        leaks.declarations_on_one_side,
        leaks.same_file_on_one_side,
    ),
    *_warnings(
        leaks.near_duplicates_on_one_side,
        leaks.same_file_once,
        leaks.split_by_hash,
        records.history_told,
        records.card_of_this_content,
        on_disk.names_tell_nothing,
        references.declarations_used,
        references.masses_agree,
        views.one_dtype_a_scanner,
        views.pitch_known,
        views.not_blank,
        views.not_saturated,
        views.depth_used,
        boxes.boxes_not_tiny,
        boxes.boxes_not_huge,
        boxes.boxes_not_doubled,
        labels.labels_in_taxonomy,
        labels.labels_have_objects,
        labels.labels_on_several_scanners,
        labels.sizes_tell_nothing,
        rights.licences_known,
        rights.rights_agree,
    ),
)
