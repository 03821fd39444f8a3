// expect: no match for .operator\+|invalid operands to binary expression
#include <haulwatch/units.hpp>

using haulwatch::Metres;

// A bare number has no unit: whoever adds one says which it is meant in.
Metres further(Metres distance, double more) {
#ifdef MISTAKE
  return distance + more;
#else
  return Metres{distance.value() + more};
#endif
}
