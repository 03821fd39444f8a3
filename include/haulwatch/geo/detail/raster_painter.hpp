#pragma once

#include <haulwatch/geo/detail/area_sets.hpp>
#include <haulwatch/geo/detail/clearance_raster.hpp>
#include <haulwatch/geo/detail/shape_edges.hpp>

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace haulwatch::geo::detail {

/// Draws the edges of areas, with their band, and of lines into a `ClearanceRaster`, block by block.
///
/// Time: about 0.1 µs for each pair of an edge and a cell near it. Memory while painting: 8 B for each pair of an edge
/// and a block near it, beside the result.
class RasterPainter {
 public:
  /// The areas that hold a (shifted) point, ascending.
  using AreasAt = std::function<std::vector<std::uint32_t>(LocalPoint)>;

  /// \param most_blocks blocks beyond so many, those with the fewest edges, are left coarse
  RasterPainter(const ShapeEdges& areas, const ShapeEdges& lines, AreasAt areas_at, std::size_t most_blocks)
      : areas_{areas}, lines_{lines}, areas_at_{std::move(areas_at)}, most_blocks_{most_blocks} {}

  [[nodiscard]] ClearanceRaster paint();

 private:
  static constexpr std::uint32_t side = ClearanceRaster::side;
  static constexpr std::uint32_t reach = ClearanceRaster::reach;
  /// A block and as many cells around it as clearance reaches.
  static constexpr std::uint32_t canvas_side = side + 2 * reach;

  /// Edges near one block: numbers of areas' edges, and of lines' edges with `is_line`.
  static constexpr std::uint32_t is_line = 0x80000000U;
  struct BlockJob {
    std::uint32_t block = 0;  ///< row << 16 | column
    std::span<const std::uint64_t> items;
  };

  void lay_table();
  [[nodiscard]] std::vector<std::uint64_t> edges_by_block() const;
  void add_edge(const Edge& edge, std::uint32_t item, std::vector<std::uint64_t>& pairs) const;
  [[nodiscard]] std::vector<BlockJob> jobs(std::span<const std::uint64_t> pairs) const;

  void paint_block(const BlockJob& job);
  void draw(const BlockJob& job);
  void draw_edge(const Edge& edge, double radius_m, std::uint32_t area_edge);
  void sort_near();
  void spread_clearance() noexcept;
  void find_sets();
  [[nodiscard]] std::uint32_t set_after_step(std::uint32_t set, std::uint32_t from, std::uint32_t to);
  [[nodiscard]] std::span<const std::uint32_t> near(std::uint32_t cell) const noexcept;
  [[nodiscard]] LocalPoint centre(std::uint32_t cell) const noexcept;
  void write_block();
  [[nodiscard]] std::uint8_t clear_byte(ClearanceRaster::Block& block, std::uint32_t cell);
  [[nodiscard]] std::uint32_t write_list(std::uint32_t cell, std::uint32_t list_before, std::uint32_t list_below);
  void gather_runs(std::uint32_t cell);
  void gather_run(std::uint32_t area, bool inside, std::span<const std::uint32_t>& edges);
  [[nodiscard]] bool is_written_at(std::uint32_t list) const noexcept;

  std::uint32_t& entry_of(std::uint32_t block);
  void fill_pages();
  void fill_from(std::uint32_t square, std::span<std::uint32_t> page, std::uint32_t start);
  void fill_squares();
  [[nodiscard]] std::uint32_t set_at(LocalPoint p);

  const ShapeEdges& areas_;
  const ShapeEdges& lines_;
  AreasAt areas_at_;
  std::size_t most_blocks_;
  ClearanceRaster raster_;
  AreaSets sets_;
  std::vector<std::uint32_t> square_of_page_;

  // Of the block at work.
  std::uint32_t column_ = 0;  ///< of its first cell, in the whole raster
  std::uint32_t row_ = 0;
  std::array<std::bitset<canvas_side>, canvas_side> canvas_;        ///< rows of cells that an edge's band may touch
  std::array<std::uint8_t, std::size_t{side} * side> distances_{};  ///< cells to the nearest of those, by block's cell
  std::vector<std::uint64_t> drawn_;                                ///< cell << 32 | edge of an area, by edge
  std::vector<std::uint32_t> near_;                                 ///< edges of areas, by cell and then by edge
  std::array<std::uint32_t, std::size_t{side} * side + 1> first_near_{};
  std::array<std::uint32_t, std::size_t{side} * side> sets_of_cells_{};
  std::vector<ClearanceRaster::NearRun> gathered_;
};

}  // namespace haulwatch::geo::detail
