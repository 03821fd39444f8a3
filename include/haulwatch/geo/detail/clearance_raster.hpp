#pragma once

#include <haulwatch/geo/local_frame.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::geo::detail {

/// For every place of the plane: how far it is from all edges, or which edges are near.
///
/// Three levels: a small table of squares of 262 km, pages of 64 x 64 blocks of 4,096 m, blocks of 64 x 64 cells of 64
/// m. A square or block without an edge near is one entry that names the areas which hold all of it; so an empty ocean
/// costs nothing and a province as one zone costs its border.
class ClearanceRaster {
 public:
  static constexpr double cell_m = 64.0;
  static constexpr double band_m = 64.0;      ///< how near an edge has to be for its distance to be wanted
  static constexpr std::uint32_t side = 64;   ///< cells in a block's row, blocks in a page's row
  static constexpr std::uint32_t reach = 16;  ///< clearance is told up to so many cells
  static constexpr double reach_m = reach * cell_m;

  enum class Kind : std::uint8_t {
    clear,   ///< in no area, no edge within the band
    inside,  ///< no edge within the band, in the areas of set `handle`
    exact,   ///< the runs from `handle` on tell what is near
    coarse,  ///< not painted, for want of memory
  };
  struct Cell {
    Kind kind = Kind::clear;
    std::uint8_t clearance = 0;  ///< cells; no edge's band and no line is nearer than that to any point of the cell
    std::uint32_t handle = 0;
  };

  /// Edges of one area near a cell. An area may have several runs, which follow each other; areas ascend.
  struct NearRun {
    std::uint32_t area = 0;
    std::uint32_t first_edge = 0;
    std::uint16_t edge_count = 0;       ///< 0 when the area holds the whole cell and has no edge near
    std::uint8_t inside_at_centre = 0;  ///< 1 when the area holds the (shifted) centre of the cell
    std::uint8_t is_last = 0;           ///< 1 at the end of the cell's list
    friend bool operator==(const NearRun&, const NearRun&) = default;
  };

  [[nodiscard]] Cell at(LocalPoint p) const noexcept {
    const double column = (p.x - origin_.x) * (1.0 / cell_m);
    const double row = (p.y - origin_.y) * (1.0 / cell_m);
    if (!(column >= 0.0 && column < columns_ && row >= 0.0 && row < rows_)) return beyond(p);
    const auto ix = static_cast<std::uint32_t>(column);
    const auto iy = static_cast<std::uint32_t>(row);
    const std::uint32_t square = squares_[(iy >> 12U) * squares_in_row_ + (ix >> 12U)];
    if ((square & painted) == 0) return whole(square);
    const std::uint32_t block = pages_[((square & ~painted) << 12U) + (((iy >> 6U) & 63U) << 6U) + ((ix >> 6U) & 63U)];
    if ((block & painted) == 0) return whole(block);
    if (block == coarse) return {Kind::coarse, 0, 0};
    return in_block(blocks_[block & ~painted], ix & 63U, iy & 63U);
  }

  [[nodiscard]] double clearance_m(Cell cell) const noexcept { return cell.clearance * cell_m; }

  /// Middle of the cell that holds `p`, for `p` in a painted block.
  [[nodiscard]] LocalPoint cell_centre(LocalPoint p) const noexcept {
    const auto ix = static_cast<std::uint32_t>((p.x - origin_.x) * (1.0 / cell_m));
    const auto iy = static_cast<std::uint32_t>((p.y - origin_.y) * (1.0 / cell_m));
    return centre_of(ix, iy);
  }

  [[nodiscard]] std::span<const std::uint32_t> areas_of_set(std::uint32_t set) const noexcept {
    return std::span{set_members_}.subspan(set_first_[set], set_first_[set + 1] - set_first_[set]);
  }
  /// The cell's list; it ends with the run whose `is_last` is set. Null when nothing is near but a line.
  [[nodiscard]] const NearRun* runs(std::uint32_t handle) const noexcept {
    return handle == no_runs ? nullptr : runs_.data() + handle;
  }

  [[nodiscard]] std::size_t memory_bytes() const noexcept;
  [[nodiscard]] std::size_t block_count() const noexcept { return blocks_.size(); }

 private:
  friend class RasterPainter;

  /// An entry of a table: a set of areas that hold all of it, or `painted` and the number of a page or block.
  static constexpr std::uint32_t painted = 0x80000000U;
  static constexpr std::uint32_t coarse = 0xffffffffU;
  static constexpr std::uint32_t no_runs = 0xffffffffU;
  /// Bytes of cells: 0 exact; up to this, clear with one cell less of clearance; above, an entry of `deep_`.
  static constexpr std::uint32_t most_clear = reach + 1;
  static constexpr std::uint32_t most_deep = 255 - most_clear;

  struct Block {
    std::array<std::uint8_t, std::size_t{side} * side> cells{};
    std::array<std::uint64_t, side> exact_in_row{};       ///< bit x: the cell is exact
    std::array<std::uint32_t, side> first_list_in_row{};  ///< in `lists_`, of the row's first exact cell
    std::uint32_t first_deep = 0;
  };
  /// Far from edges, within areas.
  struct Deep {
    std::uint32_t set = 0;
    std::uint8_t clearance = 0;
    friend bool operator==(const Deep&, const Deep&) = default;
  };

  [[nodiscard]] LocalPoint centre_of(std::uint32_t ix, std::uint32_t iy) const noexcept {
    return {origin_.x + (ix + 0.5) * cell_m, origin_.y + (iy + 0.5) * cell_m};
  }
  /// Off the table there is nothing within reach; a NaN gets no clearance.
  [[nodiscard]] static Cell beyond(LocalPoint p) noexcept {
    return {Kind::clear, p.x == p.x && p.y == p.y ? std::uint8_t{reach} : std::uint8_t{0}, 0};
  }
  [[nodiscard]] static Cell whole(std::uint32_t set) noexcept {
    return {set == 0 ? Kind::clear : Kind::inside, reach, set};
  }
  [[nodiscard]] Cell in_block(const Block& block, std::uint32_t x, std::uint32_t y) const noexcept {
    const std::uint32_t byte = block.cells[(y << 6U) + x];
    if (byte - 1U < most_clear) return {Kind::clear, static_cast<std::uint8_t>(byte - 1U), 0};
    if (byte == 0) return exact(block, x, y);
    const Deep deep = deep_[block.first_deep + byte - most_clear - 1];
    return {Kind::inside, deep.clearance, deep.set};
  }
  [[nodiscard]] Cell exact(const Block& block, std::uint32_t x, std::uint32_t y) const noexcept {
    const std::uint64_t before = block.exact_in_row[y] & ((std::uint64_t{1} << x) - 1U);
    return {Kind::exact, 0, lists_[block.first_list_in_row[y] + static_cast<std::uint32_t>(std::popcount(before))]};
  }

  LocalPoint origin_;
  double columns_ = 0.0;
  double rows_ = 0.0;
  std::uint32_t squares_in_row_ = 0;
  std::vector<std::uint32_t> squares_;
  std::vector<std::uint32_t> pages_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> lists_;  ///< first run of each exact cell
  std::vector<NearRun> runs_;
  std::vector<Deep> deep_;
  std::vector<std::uint32_t> set_first_{0, 0};
  std::vector<std::uint32_t> set_members_;
};

}  // namespace haulwatch::geo::detail
