#pragma once

#include <haulwatch/simulation/county.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace haulwatch::simulation {

/// Which outlines and gates lie near a place: a grid of cells, each with what passes through it.
///
/// Immutable. Memory: 26 B a cell of 128 m and 8 B an entry. Threads: any number at once.
class PlaceGrid {
 public:
  enum class Kind : std::uint8_t { site, zone, gate };
  struct Entry {
    Kind kind{};
    std::uint32_t index = 0;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  explicit PlaceGrid(const County& county);

  /// What may lie on the way from `a` to `b`, both within `margin_m` of it; each once. Valid until the next call.
  [[nodiscard]] std::span<const Entry> near(geo::LocalPoint a, geo::LocalPoint b, double margin_m,
                                            std::vector<Entry>& scratch) const;

  /// How far on both axes nothing lies from here, to within a cell; 0 where something may lie near.
  [[nodiscard]] double clear_m(geo::LocalPoint at) const noexcept;

 private:
  void add_outline(const geo::Ring& ring, Entry entry);
  void add_stretch(geo::LocalPoint a, geo::LocalPoint b, Entry entry);
  void count_rings();
  [[nodiscard]] std::int64_t column(double x) const noexcept;
  [[nodiscard]] std::int64_t row(double y) const noexcept;

  geo::LocalPoint low_;
  std::int64_t columns_ = 1;
  std::int64_t rows_ = 1;
  std::vector<std::vector<Entry>> cells_;
  std::vector<std::uint8_t> occupied_;  ///< whether a cell has any: most have none
  std::vector<std::uint8_t> rings_;     ///< how many cells from the next one that has any, up to 255
};

}  // namespace haulwatch::simulation
