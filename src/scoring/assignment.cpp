#include <haulwatch/scoring/assignment.hpp>

#include <haulwatch/stable_hash.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace haulwatch::scoring {
namespace {

using Cost = std::int64_t;
constexpr Cost quality_steps = 1'000'000;
constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

struct Edge {
  std::uint32_t column = 0;
  Cost cost = 0;
};

class SparseAssignment {
 public:
  SparseAssignment(std::uint32_t rows, std::uint32_t columns, std::span<const Candidate> candidates)
      : rows_{rows},
        columns_{columns},
        unassigned_cost_{(static_cast<Cost>(rows) + 1) * quality_steps},
        row_price_(rows, 0),
        places_(columns + rows),
        place_of_(rows, nobody) {
    index(candidates);
  }

  std::vector<Assigned> solve() {
    for (const std::uint32_t row : scattered_rows()) augment(row);
    std::vector<Assigned> assigned;
    for (std::uint32_t column = 0; column < columns_; ++column)
      if (places_[column].row != nobody) assigned.push_back({places_[column].row, column});
    std::ranges::sort(assigned, {}, &Assigned::row);
    return assigned;
  }

 private:
  /// A column, or behind all columns the place of a row that gets none.
  struct Place {
    std::uint32_t row = nobody;  ///< assigned to it
    Cost price = 0;
    Cost distance = 0;            ///< of the shortest path of this search
    std::uint32_t from = nobody;  ///< the row on that path before it
    std::uint32_t search = 0;     ///< the search that has seen it
    bool done = false;
  };

  /// Rows in an order that knows nothing of their neighbours. Along a chain in which each row wants what the one before
  /// has, going in order moves the whole chain for every row; scattered, gaps close only at the end.
  [[nodiscard]] std::vector<std::uint32_t> scattered_rows() const {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    order.reserve(rows_);
    for (std::uint32_t row = 0; row < rows_; ++row)
      order.emplace_back(StableHash{}.add(std::uint64_t{row}).value(), row);
    std::ranges::sort(order);
    std::vector<std::uint32_t> rows;
    rows.reserve(rows_);
    for (const auto& [hash, row] : order) rows.push_back(row);
    return rows;
  }

  void index(std::span<const Candidate> candidates) {
    first_edge_.assign(rows_ + 1, 0);
    for (const Candidate& c : candidates) ++first_edge_[c.row + 1];
    for (std::uint32_t row = 0; row < rows_; ++row) first_edge_[row + 1] += first_edge_[row];
    edges_.resize(candidates.size());
    std::vector<std::size_t> next(first_edge_.begin(), first_edge_.end() - 1);
    for (const Candidate& c : candidates) {
      const double quality = std::clamp(c.quality, 0.0, 1.0);
      edges_[next[c.row]++] = {c.column, quality_steps - std::llround(quality * static_cast<double>(quality_steps))};
    }
  }

  /// Finds the cheapest way to give `row` a place, moving others along, and takes it.
  void augment(std::uint32_t row) {
    ++search_;
    done_.clear();
    queue_ = {};
    reach_from(row, 0);
    std::uint32_t place = take_nearest();
    while (places_[place].row != nobody) {
      reach_from(places_[place].row, places_[place].distance);
      place = take_nearest();
    }
    reprice(row, places_[place].distance);
    move_along(row, place);
  }

  void reach_from(std::uint32_t row, Cost base) {
    for (std::size_t e = first_edge_[row]; e < first_edge_[row + 1]; ++e)
      reach(row, edges_[e].column, base + edges_[e].cost - row_price_[row]);
    reach(row, columns_ + row, base + unassigned_cost_ - row_price_[row]);
  }

  void reach(std::uint32_t row, std::uint32_t to, Cost cost) {
    Place& place = places_[to];
    const bool is_new = place.search != search_;
    if (!is_new && place.done) return;
    const Cost distance = cost - place.price;
    if (!is_new && place.distance <= distance) return;
    place.search = search_;
    place.done = false;
    place.distance = distance;
    place.from = row;
    queue_.emplace(distance, to);
  }

  /// Among equally near places the lowest number, so that the choice hangs on nothing else.
  std::uint32_t take_nearest() {
    while (true) {
      const auto [distance, at] = queue_.top();
      queue_.pop();
      Place& place = places_[at];
      if (place.done || place.distance != distance) continue;
      place.done = true;
      done_.push_back(at);
      return at;
    }
  }

  void reprice(std::uint32_t row, Cost length) {
    row_price_[row] += length;
    for (const std::uint32_t at : done_) {
      Place& place = places_[at];
      const Cost slack = length - place.distance;
      place.price -= slack;
      if (place.row != nobody) row_price_[place.row] += slack;
    }
  }

  void move_along(std::uint32_t row, std::uint32_t place) {
    while (true) {
      const std::uint32_t mover = places_[place].from;
      places_[place].row = mover;
      std::swap(place, place_of_[mover]);
      if (mover == row) return;
    }
  }

  std::uint32_t rows_, columns_;
  Cost unassigned_cost_;
  std::vector<Cost> row_price_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> place_of_;  ///< of each row
  std::vector<std::size_t> first_edge_;
  std::vector<Edge> edges_;
  std::vector<std::uint32_t> done_;
  std::priority_queue<std::pair<Cost, std::uint32_t>, std::vector<std::pair<Cost, std::uint32_t>>, std::greater<>>
      queue_;
  std::uint32_t search_ = 0;
};

}  // namespace

std::vector<Assigned> assign(std::uint32_t rows, std::uint32_t columns, std::span<const Candidate> candidates) {
  return SparseAssignment{rows, columns, candidates}.solve();
}

}  // namespace haulwatch::scoring
