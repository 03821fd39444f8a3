#include <haulwatch/simulation/place_grid.hpp>

#include <algorithm>
#include <limits>

namespace haulwatch::simulation {

namespace {

constexpr double cell_m = 128.0;

}  // namespace

PlaceGrid::PlaceGrid(const County& county) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  geo::LocalPoint low{infinity, infinity};
  geo::LocalPoint high{-infinity, -infinity};
  const auto grow = [&](geo::LocalPoint p) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  };
  for (const Junction& junction : county.network().junctions()) grow(junction.at);
  for (const Place& place : county.places())
    for (const geo::LocalPoint p : place.outline) grow(p);
  for (const CountyZone& zone : county.zones())
    for (const geo::LocalPoint p : zone.outline) grow(p);
  low_ = low;
  columns_ = static_cast<std::int64_t>((high.x - low.x) / cell_m) + 1;
  rows_ = static_cast<std::int64_t>((high.y - low.y) / cell_m) + 1;
  cells_.resize(static_cast<std::size_t>(columns_ * rows_));
  for (std::uint32_t i = 0; i < county.places().size(); ++i)
    if (county.place(i).kind == PlaceKind::site) add_outline(county.place(i).outline, {Kind::site, i});
  for (std::uint32_t i = 0; i < county.zones().size(); ++i) add_outline(county.zones()[i].outline, {Kind::zone, i});
  for (std::uint32_t i = 0; i < county.gates().size(); ++i)
    add_stretch(county.gates()[i].from, county.gates()[i].to, {Kind::gate, i});
  occupied_.reserve(cells_.size());
  for (const std::vector<Entry>& cell : cells_) occupied_.push_back(cell.empty() ? 0 : 1);
  count_rings();
}

/// By two sweeps over the grid, each cell from the neighbours that the sweep has passed.
void PlaceGrid::count_rings() {
  constexpr std::uint8_t far = 255;
  rings_.assign(cells_.size(), far);
  const auto at = [&](std::int64_t r, std::int64_t c) -> std::uint8_t& {
    return rings_[static_cast<std::size_t>(r * columns_ + c)];
  };
  const auto lower = [&](std::int64_t r, std::int64_t c, std::int64_t by_row, std::int64_t by_column) {
    const std::int64_t row = r + by_row;
    const std::int64_t column = c + by_column;
    if (row < 0 || row >= rows_ || column < 0 || column >= columns_) return;
    if (at(row, column) + 1 < at(r, c)) at(r, c) = static_cast<std::uint8_t>(at(row, column) + 1);
  };
  const auto visit = [&](std::int64_t r, std::int64_t c, std::int64_t back) {
    if (occupied_[static_cast<std::size_t>(r * columns_ + c)] != 0) at(r, c) = 0;
    for (const std::int64_t aside : {-1, 0, 1}) lower(r, c, back, aside);
    lower(r, c, 0, back);
  };
  for (std::int64_t r = 0; r < rows_; ++r)
    for (std::int64_t c = 0; c < columns_; ++c) visit(r, c, -1);
  for (std::int64_t r = rows_ - 1; r >= 0; --r)
    for (std::int64_t c = columns_ - 1; c >= 0; --c) visit(r, c, 1);
}

double PlaceGrid::clear_m(geo::LocalPoint at) const noexcept {
  const std::uint8_t rings = rings_[static_cast<std::size_t>(row(at.y) * columns_ + column(at.x))];
  return rings > 1 ? (rings - 1) * cell_m : 0.0;
}

std::int64_t PlaceGrid::column(double x) const noexcept {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>((x - low_.x) / cell_m), 0, columns_ - 1);
}

std::int64_t PlaceGrid::row(double y) const noexcept {
  return std::clamp<std::int64_t>(static_cast<std::int64_t>((y - low_.y) / cell_m), 0, rows_ - 1);
}

void PlaceGrid::add_outline(const geo::Ring& ring, Entry entry) {
  for (std::size_t i = 0; i < ring.size(); ++i) add_stretch(ring[i], ring[(i + 1) % ring.size()], entry);
}

void PlaceGrid::add_stretch(geo::LocalPoint a, geo::LocalPoint b, Entry entry) {
  for (std::int64_t r = row(std::min(a.y, b.y)); r <= row(std::max(a.y, b.y)); ++r)
    for (std::int64_t c = column(std::min(a.x, b.x)); c <= column(std::max(a.x, b.x)); ++c) {
      std::vector<Entry>& cell = cells_[static_cast<std::size_t>(r * columns_ + c)];
      if (std::find(cell.begin(), cell.end(), entry) == cell.end()) cell.push_back(entry);
    }
}

std::span<const PlaceGrid::Entry> PlaceGrid::near(geo::LocalPoint a, geo::LocalPoint b, double margin_m,
                                                  std::vector<Entry>& scratch) const {
  scratch.clear();
  const std::int64_t last_row = row(std::max(a.y, b.y) + margin_m);
  const std::int64_t first_column = column(std::min(a.x, b.x) - margin_m);
  const std::int64_t last_column = column(std::max(a.x, b.x) + margin_m);
  for (std::int64_t r = row(std::min(a.y, b.y) - margin_m); r <= last_row; ++r)
    for (std::int64_t c = first_column; c <= last_column; ++c) {
      const auto cell = static_cast<std::size_t>(r * columns_ + c);
      if (occupied_[cell] == 0) continue;
      for (const Entry& entry : cells_[cell])
        if (std::find(scratch.begin(), scratch.end(), entry) == scratch.end()) scratch.push_back(entry);
    }
  return scratch;
}

}  // namespace haulwatch::simulation
