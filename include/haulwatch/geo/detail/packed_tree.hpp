#pragma once

#include <haulwatch/geo/detail/box.hpp>

#include <boost/geometry/algorithms/intersects.hpp>
#include <boost/geometry/geometries/box.hpp>
#include <boost/geometry/geometries/point_xy.hpp>
#include <boost/geometry/geometries/segment.hpp>
#include <boost/geometry/index/rtree.hpp>
#include <boost/geometry/strategies/cartesian.hpp>
#include <boost/iterator/function_output_iterator.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace haulwatch::geo::detail {

/// A packed, immutable R-tree of numbered boxes. Neither query allocates. Threads: any number may query at once.
class PackedTree {
 public:
  PackedTree() = default;

  /// Numbers the boxes by their place in `boxes`; empty ones are left out.
  explicit PackedTree(std::span<const Box> boxes) : tree_{entries(boxes)} {}

  /// Calls `on_number` for every box that touches `region`, in the tree's order.
  template <class OnNumber>
  void for_each_in(const Box& region, OnNumber on_number) const {
    query(boost::geometry::index::intersects(Rectangle{point(region.least), point(region.most)}), on_number);
  }

  /// Calls `on_number` for every box that the segment from `a` to `b` touches, in the tree's order. The boxes are held
  /// a millimetre larger than given, which is far above the rounding of the test.
  template <class OnNumber>
  void for_each_on(LocalPoint a, LocalPoint b, OnNumber on_number) const {
    query(boost::geometry::index::intersects(Segment{point(a), point(b)}), on_number);
  }

  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return tree_.size() * sizeof(Entry) * (node_capacity + 1) / node_capacity;
  }

 private:
  using Point = boost::geometry::model::d2::point_xy<double>;
  using Rectangle = boost::geometry::model::box<Point>;
  using Segment = boost::geometry::model::segment<Point>;
  using Entry = std::pair<Rectangle, std::uint32_t>;
  static constexpr std::size_t node_capacity = 16;
  static constexpr double slack_m = 1e-3;

  static Point point(LocalPoint p) { return Point{p.x, p.y}; }

  static std::vector<Entry> entries(std::span<const Box> boxes) {
    std::vector<Entry> all;
    all.reserve(boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      if (boxes[i].empty()) continue;
      const Box box = boxes[i].grown_by(slack_m);
      all.emplace_back(Rectangle{point(box.least), point(box.most)}, static_cast<std::uint32_t>(i));
    }
    return all;
  }

  template <class Predicate, class OnNumber>
  void query(const Predicate& predicate, OnNumber& on_number) const {
    const auto give = [&on_number](const Entry& entry) { on_number(entry.second); };
    tree_.query(predicate, boost::make_function_output_iterator(give));
  }

  boost::geometry::index::rtree<Entry, boost::geometry::index::quadratic<node_capacity>> tree_;
};

}  // namespace haulwatch::geo::detail
