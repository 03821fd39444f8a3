"""trackintel_stops.py TRACKS EVENTS: staypoints by the sliding method, 60 m and 90 s."""
import sys

import geopandas
import trackintel
from stop_lines import RADIUS_M, SHORTEST_S, read_tracks, write_stops

tracks = read_tracks(sys.argv[1])
fixes = geopandas.GeoDataFrame({"user_id": tracks["vehicle"], "tracked_at": tracks["time"]},
                               geometry=geopandas.points_from_xy(tracks["lon"], tracks["lat"]), crs=4326)
_, staypoints = trackintel.Positionfixes(fixes).generate_staypoints(
    method="sliding", distance_metric="haversine", dist_threshold=RADIUS_M, time_threshold=SHORTEST_S / 60.0,
    gap_threshold=15.0, include_last=True, print_progress=False, exclude_duplicate_pfs=False, n_jobs=1)
places = staypoints.geometry
write_stops(sys.argv[2], zip(staypoints["user_id"], staypoints["started_at"], staypoints["finished_at"], places.x, places.y))
