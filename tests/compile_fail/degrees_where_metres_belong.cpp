// expect: could not convert|cannot convert|no viable conversion|no matching function
#include <haulwatch/geo/local_frame.hpp>

using haulwatch::LonLat;

// Degrees become metres through a frame, never by being passed on.
double metres_between(const haulwatch::geo::LocalFrame& frame, LonLat a, LonLat b) {
#ifdef MISTAKE
  static_cast<void>(frame);
  return haulwatch::geo::distance(a, b);
#else
  return haulwatch::geo::distance(frame.to_local(a), frame.to_local(b));
#endif
}
