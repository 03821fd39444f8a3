"""Watches trucks and says, with reasons, where every load went.

    import haulwatch
    result = haulwatch.replay("tracks.csv.gz", registry="county.geojson")
    result.suspicions.to_pandas()

The engine, and so every byte of the events, is that of the command `haulwatch` and of the C++ library.
"""

from ._engine import version as __version__
from ._errors import ColumnFault, Error, Fault, FileError, InputError, InputWarning, Refused
from ._explain import Explanation, explain, read_events
from ._inputs import Reading
from ._map import Map, plot_map
from ._plots import plot_day, plot_dump, plot_od, plot_reliability, plot_stop
from ._replay import Checkpoint, Engine, Result, replay
from ._set_up import Registry, Settings, settings
from ._steps import corridor, quality, smooth, stops, trips
from ._sweep import Sweep, sweep
from ._tables import Events, Table
from ._worlds import Score, World, decode_jt808, score, simulate

__all__ = [
    "Checkpoint",
    "ColumnFault",
    "Engine",
    "Error",
    "Events",
    "Explanation",
    "Fault",
    "FileError",
    "InputError",
    "InputWarning",
    "Map",
    "Reading",
    "Refused",
    "Registry",
    "Result",
    "Score",
    "Settings",
    "Sweep",
    "Table",
    "World",
    "__version__",
    "corridor",
    "decode_jt808",
    "explain",
    "plot_day",
    "plot_dump",
    "plot_map",
    "plot_od",
    "plot_reliability",
    "plot_stop",
    "quality",
    "read_events",
    "replay",
    "score",
    "settings",
    "simulate",
    "smooth",
    "stops",
    "sweep",
    "trips",
]
