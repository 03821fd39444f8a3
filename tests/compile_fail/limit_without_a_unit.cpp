// expect: could not convert|no viable conversion
#include <haulwatch/units.hpp>

using haulwatch::Metres;

bool within(Metres distance, Metres limit) {
  return distance < limit;
}

bool near(Metres distance) {
#ifdef MISTAKE
  return within(distance, 50.0);
#else
  return within(distance, Metres{50.0});
#endif
}
