#pragma once

#include <haulwatch/geo/detail/box.hpp>
#include <haulwatch/geo/shape.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::geo::detail {

/// A piece of an area's border or of a line. The neighbours of a line's piece are the entries before and after it.
struct Edge {
  LocalPoint a;
  LocalPoint b;
};

/// Up to 16 edges that follow each other in one shape: far ones are passed over by one look at their box.
struct EdgeChunk {
  Box box;
  std::uint32_t shape = 0;
  std::uint32_t first_edge = 0;
  std::uint32_t edge_count = 0;
};

/// The edges of many shapes (areas, or lines) in one row, those of shape 0 first.
///
/// Throws `Error` for a coordinate that is not finite or beyond 1e8 m, and for 2^31 edges or more.
class ShapeEdges {
 public:
  ShapeEdges() = default;
  /// \param what how messages call such a shape, as "area"
  ShapeEdges(std::span<const MultiPolygon> areas, const char* what);
  ShapeEdges(std::span<const Polyline> lines, const char* what);

  [[nodiscard]] std::size_t shape_count() const noexcept { return first_edge_.size() - 1; }
  [[nodiscard]] std::span<const Edge> edges() const noexcept { return edges_; }
  [[nodiscard]] std::span<const Edge> edges_of(std::uint32_t shape) const noexcept {
    return std::span{edges_}.subspan(first_edge_[shape], first_edge_[shape + 1] - first_edge_[shape]);
  }
  [[nodiscard]] std::uint32_t first_edge_of(std::uint32_t shape) const noexcept { return first_edge_[shape]; }
  [[nodiscard]] std::span<const EdgeChunk> chunks() const noexcept { return chunks_; }
  [[nodiscard]] std::span<const EdgeChunk> chunks_of(std::uint32_t shape) const noexcept {
    return std::span{chunks_}.subspan(first_chunk_[shape], first_chunk_[shape + 1] - first_chunk_[shape]);
  }
  [[nodiscard]] Box box_of(std::uint32_t shape) const noexcept;
  [[nodiscard]] std::uint32_t shape_of_edge(std::uint32_t edge) const noexcept;

  /// Of shapes that are areas: true when the shifted `p` (see `side_of_shifted`) is inside by the even-odd rule. Exact.
  [[nodiscard]] bool holds_shifted(std::uint32_t shape, LocalPoint p) const noexcept;

  /// Distance to the shape's nearest edge, metres. Bit for bit that of a search through all edges.
  [[nodiscard]] double distance_m(std::uint32_t shape, LocalPoint p) const noexcept;

  [[nodiscard]] std::size_t memory_bytes() const noexcept;

 private:
  void add_edge(LocalPoint a, LocalPoint b, const char* what);
  void add_ring(const Ring& ring, const char* what);
  void end_shape();

  std::vector<Edge> edges_;
  std::vector<EdgeChunk> chunks_;
  std::vector<std::uint32_t> first_edge_{0};
  std::vector<std::uint32_t> first_chunk_{0};
};

}  // namespace haulwatch::geo::detail
