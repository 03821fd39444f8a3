#include <haulwatch/geo/detail/raster_painter.hpp>

#include <haulwatch/geo/detail/grid_walk.hpp>
#include <haulwatch/geo/segment.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>

namespace haulwatch::geo::detail {
namespace {

constexpr double cell_m = ClearanceRaster::cell_m;
constexpr double block_m = cell_m * ClearanceRaster::side;
constexpr double square_m = block_m * ClearanceRaster::side;
/// From a cell's middle to its corner, and a centimetre against rounding.
constexpr double half_diagonal_m = cell_m * std::numbers::sqrt2 / 2.0 + 0.01;
constexpr double area_radius_m = ClearanceRaster::band_m + half_diagonal_m;
constexpr double line_radius_m = half_diagonal_m;
/// An edge farther from a block than this changes nothing in it.
constexpr double block_radius_m = area_radius_m + ClearanceRaster::reach_m + cell_m;
constexpr std::uint32_t not_set = 0x7fffffffU;

}  // namespace

ClearanceRaster RasterPainter::paint() {
  lay_table();
  const std::vector<std::uint64_t> pairs = edges_by_block();
  std::vector<BlockJob> all = jobs(pairs);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i < most_blocks_)
      paint_block(all[i]);
    else
      entry_of(all[i].block) = ClearanceRaster::coarse;
  }
  fill_pages();
  fill_squares();
  for (std::uint32_t set = 1; set < sets_.size(); ++set) {
    const auto members = sets_.members(set);
    raster_.set_members_.insert(raster_.set_members_.end(), members.begin(), members.end());
    raster_.set_first_.push_back(static_cast<std::uint32_t>(raster_.set_members_.size()));
  }
  raster_.blocks_.shrink_to_fit();
  raster_.lists_.shrink_to_fit();
  raster_.runs_.shrink_to_fit();
  return std::move(raster_);
}

void RasterPainter::lay_table() {
  Box box;
  for (const EdgeChunk& chunk : areas_.chunks()) box.add(chunk.box);
  for (const EdgeChunk& chunk : lines_.chunks()) box.add(chunk.box);
  if (box.empty()) return;
  box = box.grown_by(block_radius_m);
  raster_.origin_ = {std::floor(box.least.x / square_m) * square_m, std::floor(box.least.y / square_m) * square_m};
  const auto columns = static_cast<std::uint32_t>(floor_of((box.most.x - raster_.origin_.x) / square_m) + 1);
  const auto rows = static_cast<std::uint32_t>(floor_of((box.most.y - raster_.origin_.y) / square_m) + 1);
  raster_.squares_in_row_ = columns;
  raster_.squares_.assign(std::size_t{columns} * rows, not_set);
  raster_.columns_ = static_cast<double>(columns) * side * side;
  raster_.rows_ = static_cast<double>(rows) * side * side;
}

std::vector<std::uint64_t> RasterPainter::edges_by_block() const {
  std::vector<std::uint64_t> pairs;
  std::uint32_t item = 0;
  for (const Edge& edge : areas_.edges()) add_edge(edge, item++, pairs);
  item = is_line;
  for (const Edge& edge : lines_.edges()) add_edge(edge, item++, pairs);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

void RasterPainter::add_edge(const Edge& edge, std::uint32_t item, std::vector<std::uint64_t>& pairs) const {
  const auto on_row = [&](std::int64_t row, std::int64_t first, std::int64_t last) {
    for (std::int64_t column = first; column <= last; ++column)
      pairs.push_back(static_cast<std::uint64_t>(row << 16 | column) << 32U | item);
  };
  for_each_row_near(edge.a - raster_.origin_, edge.b - raster_.origin_, block_radius_m, block_m, 0,
                    std::numeric_limits<std::int64_t>::max(), on_row);
}

std::vector<RasterPainter::BlockJob> RasterPainter::jobs(std::span<const std::uint64_t> pairs) const {
  std::vector<BlockJob> all;
  for (std::size_t i = 0; i < pairs.size();) {
    const auto block = static_cast<std::uint32_t>(pairs[i] >> 32U);
    std::size_t end = i;
    while (end < pairs.size() && pairs[end] >> 32U == block) ++end;
    all.push_back({block, pairs.subspan(i, end - i)});
    i = end;
  }
  const auto first_coarse = [](const BlockJob& a, const BlockJob& b) {
    return a.items.size() != b.items.size() ? a.items.size() > b.items.size() : a.block < b.block;
  };
  if (all.size() > most_blocks_) std::sort(all.begin(), all.end(), first_coarse);
  return all;
}

void RasterPainter::paint_block(const BlockJob& job) {
  column_ = (job.block & 0xffffU) * side;
  row_ = (job.block >> 16U) * side;
  draw(job);
  if (std::none_of(canvas_.begin(), canvas_.end(), [](const auto& row) { return row.any(); })) return;
  spread_clearance();
  find_sets();
  entry_of(job.block) = ClearanceRaster::painted | static_cast<std::uint32_t>(raster_.blocks_.size());
  write_block();
}

void RasterPainter::draw(const BlockJob& job) {
  canvas_ = {};
  drawn_.clear();
  for (const std::uint64_t pair : job.items) {
    const auto item = static_cast<std::uint32_t>(pair);
    if ((item & is_line) != 0)
      draw_edge(lines_.edges()[item & ~is_line], line_radius_m, is_line);
    else
      draw_edge(areas_.edges()[item], area_radius_m, item);
  }
  sort_near();
}

void RasterPainter::draw_edge(const Edge& edge, double radius_m, std::uint32_t area_edge) {
  const LocalPoint corner{raster_.origin_.x + (column_ - double{reach}) * cell_m,
                          raster_.origin_.y + (row_ - double{reach}) * cell_m};
  const Edge there{edge.a - corner, edge.b - corner};
  const auto on_row = [&](std::int64_t row, std::int64_t first, std::int64_t last) {
    auto& drawn_row = canvas_[static_cast<std::size_t>(row)];
    const auto y = static_cast<std::uint64_t>(row - reach);
    last = std::min<std::int64_t>(last, canvas_side - 1);
    for (std::int64_t column = std::max<std::int64_t>(first, 0); column <= last; ++column) {
      const auto x = static_cast<std::uint64_t>(column - reach);
      const bool is_listed = area_edge != is_line && x < side && y < side;
      if (!is_listed && drawn_row[static_cast<std::size_t>(column)]) continue;
      const LocalPoint middle{(static_cast<double>(column) + 0.5) * cell_m, (static_cast<double>(row) + 0.5) * cell_m};
      if (nearest_on_segment(middle, there.a, there.b).squared_distance_m2 > radius_m * radius_m) continue;
      drawn_row.set(static_cast<std::size_t>(column));
      if (is_listed) drawn_.push_back((y * side + x) << 32U | area_edge);
    }
  };
  for_each_row_near(there.a, there.b, radius_m, cell_m, 0, canvas_side - 1, on_row);
}

/// Edges were drawn in ascending order, and counting keeps it.
void RasterPainter::sort_near() {
  first_near_.fill(0);
  for (const std::uint64_t pair : drawn_) ++first_near_[(pair >> 32U) + 1];
  for (std::size_t i = 1; i < first_near_.size(); ++i) first_near_[i] += first_near_[i - 1];
  near_.resize(drawn_.size());
  std::array<std::uint32_t, std::size_t{side}* side + 1> next = first_near_;
  for (const std::uint64_t pair : drawn_) near_[next[pair >> 32U]++] = static_cast<std::uint32_t>(pair);
}

/// Chessboard distance: the cells reached when what is drawn grows by one cell all round, step by step.
void RasterPainter::spread_clearance() noexcept {
  distances_.fill(static_cast<std::uint8_t>(reach + 1));
  auto grown = canvas_;
  for (std::uint32_t step = 0; step <= reach; ++step) {
    for (std::uint32_t y = 0; y < side; ++y) {
      std::uint64_t reached = (grown[y + reach] << reach >> (std::size_t{2} * reach)).to_ullong();
      for (; reached != 0; reached &= reached - 1) {
        std::uint8_t& distance = distances_[y * side + static_cast<std::uint32_t>(std::countr_zero(reached))];
        distance = std::min(distance, static_cast<std::uint8_t>(step));
      }
    }
    auto wider = grown;
    for (std::size_t y = 0; y < canvas_side; ++y) wider[y] |= grown[y] << 1 | grown[y] >> 1;
    for (std::size_t y = 0; y < canvas_side; ++y) {
      grown[y] = wider[y];
      if (y > 0) grown[y] |= wider[y - 1];
      if (y + 1 < canvas_side) grown[y] |= wider[y + 1];
    }
  }
}

/// The areas that hold each cell's middle: known for one, and from one middle to the next it changes with every edge
/// crossed, all of which are near the cell.
void RasterPainter::find_sets() {
  sets_of_cells_[0] = set_at(centre(0));
  for (std::uint32_t cell = 1; cell < sets_of_cells_.size(); ++cell) {
    const std::uint32_t from = cell % side == 0 ? cell - side : cell - 1;
    sets_of_cells_[cell] = set_after_step(sets_of_cells_[from], from, cell);
  }
}

std::uint32_t RasterPainter::set_after_step(std::uint32_t set, std::uint32_t from, std::uint32_t to) {
  for (const std::uint32_t number : near(to)) {
    const Edge& edge = areas_.edges()[number];
    if (crosses(centre(from), centre(to), edge.a, edge.b)) set = sets_.toggled(set, areas_.shape_of_edge(number));
  }
  return set;
}

std::span<const std::uint32_t> RasterPainter::near(std::uint32_t cell) const noexcept {
  return std::span{near_}.subspan(first_near_[cell], first_near_[cell + 1] - first_near_[cell]);
}

LocalPoint RasterPainter::centre(std::uint32_t cell) const noexcept {
  return raster_.centre_of(column_ + cell % side, row_ + cell / side);
}

void RasterPainter::write_block() {
  ClearanceRaster::Block block;
  block.first_deep = static_cast<std::uint32_t>(raster_.deep_.size());
  std::array<std::uint32_t, side> lists_below;
  lists_below.fill(ClearanceRaster::no_runs);
  for (std::uint32_t y = 0; y < side; ++y) {
    block.first_list_in_row[y] = static_cast<std::uint32_t>(raster_.lists_.size());
    std::uint32_t list_before = ClearanceRaster::no_runs;
    for (std::uint32_t x = 0; x < side; ++x) {
      const std::uint32_t cell = y * side + x;
      block.cells[cell] = clear_byte(block, cell);
      if (block.cells[cell] != 0) continue;
      block.exact_in_row[y] |= std::uint64_t{1} << x;
      list_before = lists_below[x] = write_list(cell, list_before, lists_below[x]);
      raster_.lists_.push_back(list_before);
    }
  }
  raster_.blocks_.push_back(block);
}

/// What stands for the cell if no edge is near, else 0; 0 too when the block has more mixtures of areas and clearances
/// than a byte can name.
std::uint8_t RasterPainter::clear_byte(ClearanceRaster::Block& block, std::uint32_t cell) {
  const std::uint8_t distance = distances_[cell];
  const std::uint32_t set = sets_of_cells_[cell];
  if (distance == 0 || set == 0) return distance;
  const ClearanceRaster::Deep deep{set, static_cast<std::uint8_t>(distance - 1)};
  const auto first = raster_.deep_.begin() + static_cast<std::ptrdiff_t>(block.first_deep);
  const auto known = std::find(first, raster_.deep_.end(), deep);
  const auto index = static_cast<std::uint32_t>(known - first);
  if (index >= ClearanceRaster::most_deep) return 0;
  if (known == raster_.deep_.end()) raster_.deep_.push_back(deep);
  return static_cast<std::uint8_t>(ClearanceRaster::most_clear + 1 + index);
}

/// \returns where the cell's list stands: where a neighbour's does when both are the same, as along a straight edge
std::uint32_t RasterPainter::write_list(std::uint32_t cell, std::uint32_t list_before, std::uint32_t list_below) {
  gather_runs(cell);
  if (gathered_.empty()) return ClearanceRaster::no_runs;
  gathered_.back().is_last = 1;
  if (is_written_at(list_before)) return list_before;
  if (is_written_at(list_below)) return list_below;
  const auto list = static_cast<std::uint32_t>(raster_.runs_.size());
  raster_.runs_.insert(raster_.runs_.end(), gathered_.begin(), gathered_.end());
  return list;
}

bool RasterPainter::is_written_at(std::uint32_t list) const noexcept {
  if (list == ClearanceRaster::no_runs || raster_.runs_.size() - list < gathered_.size()) return false;
  return std::equal(gathered_.begin(), gathered_.end(), raster_.runs_.begin() + static_cast<std::ptrdiff_t>(list));
}

void RasterPainter::gather_runs(std::uint32_t cell) {
  gathered_.clear();
  std::span<const std::uint32_t> edges = near(cell);
  std::span<const std::uint32_t> holding = sets_.members(sets_of_cells_[cell]);
  while (!edges.empty() || !holding.empty()) {
    constexpr std::uint32_t none = 0xffffffffU;
    const std::uint32_t with_edges = edges.empty() ? none : areas_.shape_of_edge(edges[0]);
    const std::uint32_t with_centre = holding.empty() ? none : holding[0];
    const std::uint32_t area = std::min(with_edges, with_centre);
    if (with_edges == area)
      gather_run(area, with_centre == area, edges);
    else
      gathered_.push_back({area, 0, 0, 1, 0});
    if (with_centre == area) holding = holding.subspan(1);
  }
}

/// Takes the area's edges from the front of `edges`. Gaps of up to two edges are filled: a few edges too many do no
/// harm, and a run costs as much memory as three of them.
void RasterPainter::gather_run(std::uint32_t area, bool inside, std::span<const std::uint32_t>& edges) {
  const std::uint32_t end_of_area = areas_.first_edge_of(area + 1);
  while (!edges.empty() && edges[0] < end_of_area) {
    const std::uint32_t first = edges[0];
    std::uint32_t last = first;
    while (!edges.empty()) {
      const std::uint32_t next = edges[0];
      if (next >= end_of_area || next - last > 3 || next - first >= 0xffffU) break;
      last = next;
      edges = edges.subspan(1);
    }
    const auto count = static_cast<std::uint16_t>(last - first + 1);
    gathered_.push_back({area, first, count, static_cast<std::uint8_t>(inside ? 1 : 0), 0});
  }
}

std::uint32_t& RasterPainter::entry_of(std::uint32_t block) {
  const std::uint32_t row = block >> 16U;
  const std::uint32_t column = block & 0xffffU;
  const std::uint32_t number = row / side * raster_.squares_in_row_ + column / side;
  std::uint32_t& square = raster_.squares_[number];
  if (square == not_set) {
    square = ClearanceRaster::painted | static_cast<std::uint32_t>(square_of_page_.size());
    square_of_page_.push_back(number);
    raster_.pages_.resize(raster_.pages_.size() + std::size_t{side} * side, not_set);
  }
  const std::uint32_t page = square & ~ClearanceRaster::painted;
  return raster_.pages_[page * side * side + row % side * side + column % side];
}

void RasterPainter::fill_pages() {
  constexpr std::uint32_t entries = side * side;
  for (std::size_t page = 0; page < square_of_page_.size(); ++page) {
    const auto of_page = std::span{raster_.pages_}.subspan(page * entries, entries);
    for (std::uint32_t i = 0; i < entries; ++i)
      if (of_page[i] == not_set) fill_from(square_of_page_[page], of_page, i);
  }
}

/// No edge lies between blocks that are joined by unpainted ones: one look gives the areas of all of them.
void RasterPainter::fill_from(std::uint32_t square, std::span<std::uint32_t> page, std::uint32_t start) {
  const std::uint32_t column = square % raster_.squares_in_row_ * side + start % side;
  const std::uint32_t row = square / raster_.squares_in_row_ * side + start / side;
  const LocalPoint middle{raster_.origin_.x + (column + 0.5) * block_m, raster_.origin_.y + (row + 0.5) * block_m};
  const std::uint32_t set = set_at(middle);
  std::vector<std::uint32_t> open{start};
  const auto reach_to = [&](bool is_in_page, std::uint32_t i) {
    if (!is_in_page || page[i] != not_set) return;
    page[i] = set;
    open.push_back(i);
  };
  page[start] = set;
  while (!open.empty()) {
    const std::uint32_t i = open.back();
    open.pop_back();
    reach_to(i % side > 0, i - 1);
    reach_to(i % side < side - 1, i + 1);
    reach_to(i / side > 0, i - side);
    reach_to(i / side < side - 1, i + side);
  }
}

void RasterPainter::fill_squares() {
  for (std::uint32_t i = 0; i < raster_.squares_.size(); ++i) {
    if (raster_.squares_[i] != not_set) continue;
    const std::uint32_t column = i % raster_.squares_in_row_;
    const std::uint32_t row = i / raster_.squares_in_row_;
    raster_.squares_[i] =
        set_at({raster_.origin_.x + (column + 0.5) * square_m, raster_.origin_.y + (row + 0.5) * square_m});
  }
}

std::uint32_t RasterPainter::set_at(LocalPoint p) {
  return sets_.number_of(areas_at_(p));
}

std::size_t ClearanceRaster::memory_bytes() const noexcept {
  const auto bytes = [](const auto& items) { return items.capacity() * sizeof(items[0]); };
  return bytes(squares_) + bytes(pages_) + bytes(blocks_) + bytes(lists_) + bytes(runs_) + bytes(deep_) +
         bytes(set_first_) + bytes(set_members_);
}

}  // namespace haulwatch::geo::detail
