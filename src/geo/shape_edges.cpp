#include <haulwatch/geo/detail/shape_edges.hpp>

#include <haulwatch/error.hpp>
#include <haulwatch/geo/segment.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace haulwatch::geo::detail {
namespace {

constexpr std::uint32_t edges_in_chunk = 16;
constexpr double farthest_m = 1e8;
constexpr std::size_t most_edges = std::size_t{1} << 31U;

bool is_usable(LocalPoint p) noexcept {
  return std::abs(p.x) <= farthest_m && std::abs(p.y) <= farthest_m;
}

}  // namespace

ShapeEdges::ShapeEdges(std::span<const MultiPolygon> areas, const char* what) {
  for (const MultiPolygon& area : areas) {
    for (const Polygon& part : area) {
      add_ring(part.outer, what);
      for (const Ring& hole : part.holes) add_ring(hole, what);
    }
    end_shape();
  }
}

ShapeEdges::ShapeEdges(std::span<const Polyline> lines, const char* what) {
  for (const Polyline& line : lines) {
    for (std::size_t i = 1; i < line.size(); ++i) add_edge(line[i - 1], line[i], what);
    end_shape();
  }
}

void ShapeEdges::add_ring(const Ring& ring, const char* what) {
  for (std::size_t i = 0; i < ring.size(); ++i) add_edge(ring[i], ring[i + 1 == ring.size() ? 0 : i + 1], what);
}

void ShapeEdges::add_edge(LocalPoint a, LocalPoint b, const char* what) {
  if (!is_usable(a) || !is_usable(b))
    throw Error(std::string{what} + " " + std::to_string(shape_count()) +
                " has a coordinate that is not a number of at most 1e8 metres");
  if (edges_.size() >= most_edges) throw Error(std::string{"too many edges: "} + what + " shapes have 2^31 or more");
  edges_.push_back({a, b});
}

void ShapeEdges::end_shape() {
  const auto shape = static_cast<std::uint32_t>(shape_count());
  const auto end = static_cast<std::uint32_t>(edges_.size());
  for (std::uint32_t first = first_edge_.back(); first < end; first += edges_in_chunk) {
    EdgeChunk chunk{{}, shape, first, std::min(edges_in_chunk, end - first)};
    for (const Edge& edge : std::span{edges_}.subspan(first, chunk.edge_count)) {
      chunk.box.add(edge.a);
      chunk.box.add(edge.b);
    }
    chunks_.push_back(chunk);
  }
  first_edge_.push_back(end);
  first_chunk_.push_back(static_cast<std::uint32_t>(chunks_.size()));
}

Box ShapeEdges::box_of(std::uint32_t shape) const noexcept {
  Box box;
  for (const EdgeChunk& chunk : chunks_of(shape)) box.add(chunk.box);
  return box;
}

std::uint32_t ShapeEdges::shape_of_edge(std::uint32_t edge) const noexcept {
  const auto next = std::upper_bound(first_edge_.begin(), first_edge_.end(), edge);
  return static_cast<std::uint32_t>(next - first_edge_.begin()) - 1;
}

bool ShapeEdges::holds_shifted(std::uint32_t shape, LocalPoint p) const noexcept {
  bool inside = false;
  for (const EdgeChunk& chunk : chunks_of(shape)) {
    if (!(chunk.box.least.y <= p.y && p.y <= chunk.box.most.y && p.x <= chunk.box.most.x)) continue;
    for (const Edge& e : std::span{edges_}.subspan(chunk.first_edge, chunk.edge_count)) {
      // A vertex at the height of `p` lies below the shifted `p`.
      if ((e.a.y > p.y) == (e.b.y > p.y)) continue;
      inside ^= side_of_shifted(e.a, e.b, p) == (e.b.y > e.a.y ? 1 : -1);
    }
  }
  return inside;
}

double ShapeEdges::distance_m(std::uint32_t shape, LocalPoint p) const noexcept {
  if (std::isnan(p.x) || std::isnan(p.y)) return std::numeric_limits<double>::quiet_NaN();
  double least = std::numeric_limits<double>::infinity();
  for (const EdgeChunk& chunk : chunks_of(shape)) {
    if (chunk.box.is_surely_beyond(least, p)) continue;
    for (const Edge& e : std::span{edges_}.subspan(chunk.first_edge, chunk.edge_count))
      least = std::min(least, nearest_on_segment(p, e.a, e.b).squared_distance_m2);
  }
  return std::sqrt(least);
}

std::size_t ShapeEdges::memory_bytes() const noexcept {
  return edges_.capacity() * sizeof(Edge) + chunks_.capacity() * sizeof(EdgeChunk) +
         (first_edge_.capacity() + first_chunk_.capacity()) * sizeof(std::uint32_t);
}

}  // namespace haulwatch::geo::detail
