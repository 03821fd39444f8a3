#pragma once

#include <haulwatch/geo/local_frame.hpp>

#include <vector>

namespace haulwatch::geo {

/// A line in local metres, as drawn.
using Polyline = std::vector<LocalPoint>;

/// A closed ring without the repeated last vertex; at least three vertices, either orientation.
using Ring = std::vector<LocalPoint>;

/// One part of an area: an outer ring and its holes.
struct Polygon {
  Ring outer;
  std::vector<Ring> holes;
};

/// An area of several parts that do not overlap.
using MultiPolygon = std::vector<Polygon>;

}  // namespace haulwatch::geo
