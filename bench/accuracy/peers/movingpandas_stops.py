"""movingpandas_stops.py TRACKS EVENTS: TrajectoryStopDetector, 60 m across for 90 s."""
import sys
from datetime import timedelta

import geopandas
import movingpandas
from stop_lines import RADIUS_M, SHORTEST_S, read_tracks, write_stops

tracks = read_tracks(sys.argv[1])
stops = []
for vehicle, fixes in tracks.groupby("vehicle"):
    if len(fixes) < 2:
        continue
    frame = geopandas.GeoDataFrame(fixes.assign(time=fixes["time"].dt.tz_localize(None)),
                                   geometry=geopandas.points_from_xy(fixes["lon"], fixes["lat"]), crs=4326)
    trajectory = movingpandas.Trajectory(frame, vehicle, t="time")
    found = movingpandas.TrajectoryStopDetector(trajectory).get_stop_points(
        max_diameter=RADIUS_M, min_duration=timedelta(seconds=SHORTEST_S))
    for stop in found.itertuples():
        stops.append((vehicle, stop.start_time.tz_localize("UTC"), stop.end_time.tz_localize("UTC"), stop.geometry.x,
                      stop.geometry.y))
write_stops(sys.argv[2], stops)
