"""scikit_mobility_stops.py TRACKS EVENTS: stay_locations, 60 m and 90 s."""
import sys
import warnings

warnings.filterwarnings("ignore")
import skmob  # noqa: E402
from skmob.preprocessing import detection  # noqa: E402
from stop_lines import RADIUS_M, SHORTEST_S, read_tracks, write_stops  # noqa: E402

tracks = read_tracks(sys.argv[1])
tracks["time"] = tracks["time"].dt.tz_localize(None)
frame = skmob.TrajDataFrame(tracks, latitude="lat", longitude="lon", datetime="time", user_id="vehicle")
# The radius is the product of the two numbers.
found = detection.stay_locations(frame, stop_radius_factor=1.0, spatial_radius_km=RADIUS_M / 1000.0,
                                 minutes_for_a_stop=SHORTEST_S / 60.0, leaving_time=True, no_data_for_minutes=1e12)
write_stops(sys.argv[2], ((s.uid, s.datetime.tz_localize("UTC"), s.leaving_datetime.tz_localize("UTC"), s.lng, s.lat)
                          for s in found.itertuples()))
