"""What a run stands on: registry, manifests, settings, as files, dicts or frames."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from . import _engine
from ._errors import InputError, Refused
from ._files import json_lines, write_text
from ._html import counts_in_html
from ._inputs import _datum, text_of


def _plain(value: Any) -> Any:
    """A frame's value as JSON has it; NaN, NaT and None are absent."""
    if value is None or value != value or str(value) in ("NaT", "<NA>"):
        return None
    if hasattr(value, "isoformat"):
        if getattr(value, "tzinfo", None) is None and hasattr(value, "hour"):
            raise InputError.of("", "times with a zone", str(value))
        return value.isoformat().replace("+00:00", "Z")
    if hasattr(value, "tolist"):
        return value.tolist()
    return value


def _records(rows: Any, what: str) -> list[dict[str, Any]]:
    """Rows of a frame, or mappings, without what is absent."""
    if hasattr(rows, "to_dict") and hasattr(rows, "columns"):
        rows = rows.to_dict("records")
    if isinstance(rows, Mapping) or not isinstance(rows, Iterable):
        raise InputError.of("", f"{what} as a list of dicts or a frame", f"a {type(rows).__name__}")
    records = []
    for row in rows:
        if not isinstance(row, Mapping):
            raise InputError.of("", f"{what} as dicts", f"a {type(row).__name__}")
        plain = {str(key): _plain(value) for key, value in row.items()}
        records.append({key: value for key, value in plain.items() if value is not None})
    return records


def _features_of(frame: Any) -> dict[str, Any]:
    """A GeoDataFrame as GeoJSON: its `id` column or its index names the features, further columns are properties."""
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    geometry = frame.geometry
    others = [name for name in frame.columns if name not in (geometry.name, "id")]
    ids = frame["id"] if "id" in frame.columns else frame.index
    features = []
    for position, (name, shape) in enumerate(zip(ids, geometry)):
        properties = {key: _plain(frame[key].iloc[position]) for key in others}
        features.append(
            {
                "type": "Feature",
                "id": str(name),
                "properties": {key: value for key, value in properties.items() if value is not None},
                "geometry": None if shape is None else shape.__geo_interface__,
            }
        )
    return {"type": "FeatureCollection", "features": features}


class Registry:
    """What is allowed where: sites, zones, gates, routes and permits, checked whole.

    `source` is a path, GeoJSON as text or dict, or a GeoDataFrame with the columns that the properties of the format
    have (`kind`, `role`, …). `permits` (dicts or a frame) come on top of those of the source.
    Raises `Refused` with every fault at once.
    """

    def __init__(self, source: Any, *, permits: Any = None, datum: str = "wgs84") -> None:
        document = "registry"
        if hasattr(source, "geometry") and hasattr(source, "to_crs"):
            source = _features_of(source)
        elif hasattr(source, "__geo_interface__") and not isinstance(source, Mapping):
            source = source.__geo_interface__
        if isinstance(source, Mapping):
            text = json.dumps(source, ensure_ascii=False)
        else:
            text, document = text_of(source, document)
        if permits is not None:
            try:
                whole = json.loads(text.lstrip("\ufeff"))
            except json.JSONDecodeError as error:
                raise Refused(f"{document} refused, 1 fault:\n  whole document: {error}", [("", "", str(error))]) from None
            whole["permits"] = [*(whole.get("permits") or []), *_records(permits, "permits")]
            text = json.dumps(whole, ensure_ascii=False)
        self._text = text
        self._datum = _datum(datum)
        self._native = _engine.Registry.parse(text, document, self._datum)

    @property
    def geojson(self) -> dict[str, Any]:
        """The document, as a GIS takes it."""
        document: dict[str, Any] = json.loads(self._text.lstrip("\ufeff"))
        return document

    def features(self, kind: str | None = None) -> list[dict[str, Any]]:
        """All features, or those of one kind: 'site', 'route', 'zone', 'gate'."""
        all_features = self.geojson.get("features", [])
        return [one for one in all_features if kind is None or (one.get("properties") or {}).get("kind") == kind]

    def to_geopandas(self) -> Any:
        import geopandas

        features = self.geojson["features"]
        frame = geopandas.GeoDataFrame.from_features(features, crs="EPSG:4326")
        frame.insert(0, "id", [one.get("id") for one in features])
        return frame

    def _counts(self) -> list[tuple[str, int]]:
        return [(name, getattr(self._native, name)) for name in ("sites", "routes", "zones", "gates", "permits")]

    def __repr__(self) -> str:
        return f"<Registry: {', '.join(f'{n} {name}' for name, n in self._counts())}>"

    def _repr_html_(self) -> str:
        return counts_in_html([("registry", self._counts())])


def native_registry(registry: Any, datum: str) -> _engine.Registry:
    if registry is None:
        return _engine.Registry.none()
    if isinstance(registry, Registry):
        return registry._native
    return Registry(registry, datum=datum)._native


def manifest_lines(manifests: Any) -> tuple[str, str]:
    """Manifests as JSON Lines and what to call them."""
    if isinstance(manifests, (str, bytes, os.PathLike)):
        return text_of(manifests, "manifests")
    records = _records(manifests, "manifests")
    return json_lines(records), "manifests"


def native_manifests(
    manifests: Any, registry: _engine.Registry, look_up: bool, until_ms: int | None
) -> _engine.Manifests | None:
    """Raises `Refused` with every fault of transfer notes; references are looked up where there is a registry."""
    if manifests is None:
        return None
    text, document = manifest_lines(manifests)
    return _engine.Manifests(text, document, registry, look_up, until_ms)


class Settings(dict[str, dict[str, Any]]):
    """Every option of every stage, by group and name. Change values and hand it to `replay`."""

    @property
    def reasons(self) -> dict[str, str]:
        """Why each default is what it is, and its range, by 'group.name'."""
        document = json.loads(_engine.Settings.parse("{}", "settings").to_json())
        return {
            f"{group}.{name[2:]}": text
            for group, options in document.items()
            if isinstance(options, dict)
            for name, text in options.items()
            if name.startswith("//")
        }

    def write(self, path: str | os.PathLike[str]) -> None:
        """A file for `haulwatch replay --settings`, with the reason of each option beside it."""
        write_text(native_settings(self).to_json(), path)

    def _repr_html_(self) -> str:
        import html

        reasons = self.reasons
        rows = "".join(
            f"<tr><td>{group}.{name}</td><td>{value}</td><td>{html.escape(reasons.get(f'{group}.{name}', ''))}</td></tr>"
            for group, options in self.items()
            for name, value in options.items()
        )
        return f"<table><thead><tr><th>option</th><th>value</th><th>why</th></tr></thead><tbody>{rows}</tbody></table>"


def settings(changes: Any = None, /, **groups: Mapping[str, Any]) -> Settings:
    """The options of every stage, with changes: a path, a dict, or groups by name.

    >>> haulwatch.settings(dwell={'min_duration_s': 120})

    Raises `Refused` with every unknown name, wrong type and value out of range.
    """
    native = native_settings(changes, groups)
    document = json.loads(native.to_json())
    return Settings(
        {
            group: {name: value for name, value in options.items() if not name.startswith("//")}
            for group, options in document.items()
            if isinstance(options, dict)
        }
    )


def native_settings(source: Any, groups: Mapping[str, Mapping[str, Any]] | None = None) -> _engine.Settings:
    text, document = "{}", "settings"
    if isinstance(source, Mapping):
        text = json.dumps(source)
    elif source is not None:
        text, document = text_of(source, document)
    if groups:
        merged = json.loads(text)
        for group, options in groups.items():
            merged[group] = {**merged.get(group, {}), **options}
        text = json.dumps(merged)
    return _engine.Settings.parse(text, document)


__all__ = ["Registry", "Settings", "settings"]
