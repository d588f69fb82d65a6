"""Networks, thin Lightning modules, and the model package on disk."""

from models.detections import Detections
from models.package import Component, ModelPackage, PackageError, read_package, write_package
from models.spec import ComponentSpec, OperatingPoint, PackageSpec, TableRecord

__all__ = [
    "Component",
    "ComponentSpec",
    "Detections",
    "ModelPackage",
    "OperatingPoint",
    "PackageError",
    "PackageSpec",
    "TableRecord",
    "read_package",
    "write_package",
]
