#include <haulwatch/geo/corridor_index.hpp>

#include <haulwatch/error.hpp>
#include <haulwatch/geo/detail/packed_tree.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>

namespace haulwatch::geo {
namespace {

constexpr std::uint32_t segments_in_chunk = 8;
constexpr double farthest_m = 1e8;
/// Vertices nearer to each other than a micrometre are one.
constexpr double same_place_m2 = 1e-12;

}  // namespace

/// Some segments that follow each other.
struct CorridorIndex::Chunk {
  detail::Box box;
  std::uint32_t route = 0;
  std::uint32_t first_vertex = 0;  ///< vertices that end a line may lie between and begin nothing
  std::uint32_t vertex_count = 0;
};

struct CorridorIndex::Tree {
  detail::PackedTree chunks;
  std::vector<detail::Box> routes;
  detail::Box all;
};

CorridorIndex::CorridorIndex() : CorridorIndex{std::vector<CorridorShape>{}} {}
CorridorIndex::~CorridorIndex() = default;
CorridorIndex::CorridorIndex(CorridorIndex&&) noexcept = default;
CorridorIndex& CorridorIndex::operator=(CorridorIndex&&) noexcept = default;

CorridorIndex::CorridorIndex(const std::vector<CorridorShape>& routes) {
  std::size_t vertices = 0;
  for (const CorridorShape& route : routes)
    for (const Polyline& line : route.lines) vertices += std::max<std::size_t>(line.size(), 2);
  vertices_.reserve(vertices);
  for (const CorridorShape& route : routes) add_route(route);
  chunks_.shrink_to_fit();
  std::vector<detail::Box> boxes;
  boxes.reserve(chunks_.size());
  Tree tree;
  tree.routes.resize(routes.size());
  for (const Chunk& chunk : chunks_) {
    boxes.push_back(chunk.box);
    tree.routes[chunk.route].add(chunk.box);
    tree.all.add(chunk.box);
  }
  tree.chunks = detail::PackedTree{boxes};
  tree_ = std::make_unique<const Tree>(std::move(tree));
}

void CorridorIndex::add_route(const CorridorShape& shape) {
  for (const Polyline& line : shape.lines) add_line(line);
  half_width_.push_back(shape.half_width_m);
  widest_half_width_m_ = std::max(widest_half_width_m_, shape.half_width_m);
  one_way_.push_back(shape.one_way ? 1 : 0);
  first_vertex_.push_back(static_cast<std::uint32_t>(vertices_.size()));
  add_chunks(static_cast<std::uint32_t>(route_count()) - 1);
}

void CorridorIndex::add_line(const Polyline& line) {
  if (line.empty()) return;
  const std::uint32_t start_of_route = first_vertex_.back();
  double chainage = vertices_.size() > start_of_route ? vertices_.back().chainage_m : 0.0;
  const std::size_t start_of_line = vertices_.size();
  for (const LocalPoint& v : line) {
    if (!(std::abs(v.x) <= farthest_m && std::abs(v.y) <= farthest_m))
      throw Error("route " + std::to_string(route_count()) +
                  " has a coordinate that is not a number of at most 1e8 metres");
    if (vertices_.size() > start_of_line) {
      Vertex& last = vertices_.back();
      const double square = squared_norm(v - last.at);
      if (square < same_place_m2) continue;
      last.inverse_square = 1.0 / square;
      chainage += std::sqrt(square);
    }
    vertices_.push_back({v, chainage, 0.0});
  }
  if (vertices_.size() == start_of_line + 1) vertices_.push_back({vertices_.back().at, chainage, 0.0});
  vertices_.back().inverse_square = ends_line;
}

void CorridorIndex::add_chunks(std::uint32_t route) {
  const std::uint32_t end = first_vertex_[route + 1];
  for (std::uint32_t first = first_vertex_[route]; first < end;) {
    Chunk chunk{{}, route, first, 0};
    std::uint32_t v = first;
    for (; v < end && v - first < segments_in_chunk && vertices_[v].inverse_square != ends_line; ++v) {
      chunk.box.add(vertices_[v].at);
      chunk.box.add(vertices_[v + 1].at);
    }
    chunk.vertex_count = v - first;
    if (chunk.vertex_count > 0) chunks_.push_back(chunk);
    first = v < end && vertices_[v].inverse_square == ends_line ? v + 1 : v;
  }
  first_chunk_.push_back(static_cast<std::uint32_t>(chunks_.size()));
}

template <class OnFoot>
void CorridorIndex::for_each_foot(const Chunk& chunk, LocalPoint p, OnFoot on_foot) const noexcept {
  const Vertex* const first = vertices_.data() + chunk.first_vertex;
  for (const Vertex* v = first; v != first + chunk.vertex_count; ++v) on_foot(foot_on(v, p));
}

/// The chunk whose box is nearest first: then nearly all others need no more than a look at theirs.
void CorridorIndex::nearest_in_route(std::uint32_t route, LocalPoint p, std::optional<Foot>& best,
                                     std::uint32_t& best_route) const noexcept {
  const auto chunks = std::span{chunks_}.subspan(first_chunk_[route], first_chunk_[route + 1] - first_chunk_[route]);
  if (chunks.empty() || (best && tree_->routes[route].is_surely_beyond(best->squared_m2, p))) return;
  const auto measure = [&](const Foot& foot) {
    // Vertices ascend with (route, segment), so their address decides between equals.
    const bool is_nearer = best ? std::tie(foot.squared_m2, foot.start) < std::tie(best->squared_m2, best->start)
                                : !std::isnan(foot.squared_m2);
    if (!is_nearer) return;
    best = foot;
    best_route = route;
  };
  const auto by_distance = [p](const Chunk& chunk) { return chunk.box.squared_distance_m2(p); };
  const auto nearest_box = std::ranges::min_element(chunks, {}, by_distance);
  for_each_foot(*nearest_box, p, measure);
  for (const Chunk& chunk : chunks) {
    if (&chunk == &*nearest_box || (best && chunk.box.is_surely_beyond(best->squared_m2, p))) continue;
    for_each_foot(chunk, p, measure);
  }
}

std::optional<CorridorPosition> CorridorIndex::nearest_on_route(std::uint32_t route, LocalPoint p) const noexcept {
  return nearest_among({&route, 1}, p);
}

std::optional<CorridorPosition> CorridorIndex::nearest_among(std::span<const std::uint32_t> routes,
                                                             LocalPoint p) const noexcept {
  std::optional<Foot> best;
  std::uint32_t best_route = 0;
  for (const std::uint32_t route : routes) nearest_in_route(route, p, best, best_route);
  if (!best) return std::nullopt;
  return position(best_route, *best);
}

std::optional<CorridorPosition> CorridorIndex::nearest_in_box(LocalPoint p, double radius_m) const noexcept {
  Foot best{nullptr, 0.0, std::numeric_limits<double>::infinity()};
  std::uint32_t best_route = 0;
  tree_->chunks.for_each_in(detail::Box{p, p}.grown_by(radius_m), [&](std::uint32_t number) {
    const Chunk& chunk = chunks_[number];
    if (chunk.box.is_surely_beyond(best.squared_m2, p)) return;
    for_each_foot(chunk, p, [&](const Foot& foot) {
      if (!(std::tie(foot.squared_m2, foot.start) < std::tie(best.squared_m2, best.start))) return;
      best = foot;
      best_route = chunk.route;
    });
  });
  if (best.start == nullptr || !(std::sqrt(best.squared_m2) <= radius_m)) return std::nullopt;
  return position(best_route, best);
}

/// Looks around `p` in squares that double: what is found no farther than the square's half side is the nearest.
std::optional<CorridorPosition> CorridorIndex::nearest(LocalPoint p, double max_distance_m) const noexcept {
  if (!std::isfinite(p.x) || !std::isfinite(p.y) || !(max_distance_m >= 0.0) || chunks_.empty()) return std::nullopt;
  constexpr double first_m = 256.0;
  const double away = std::sqrt(tree_->all.squared_distance_m2(p));
  if (away > max_distance_m + 1e-3) return std::nullopt;
  const double all_m = away + distance(tree_->all.least, tree_->all.most) + 1.0;
  const double limit = std::min(max_distance_m, all_m);
  for (double radius = std::min(std::max(first_m, 2.0 * away), limit);; radius = std::min(2.0 * radius, limit)) {
    if (const auto found = nearest_in_box(p, radius)) return found;
    if (radius >= limit) return std::nullopt;
  }
}

void CorridorIndex::visit_within(LocalPoint p, double radius_m,
                                 detail::Sink<CorridorPosition> on_candidate) const noexcept {
  if (!std::isfinite(p.x) || !std::isfinite(p.y) || !(radius_m >= 0.0)) return;
  tree_->chunks.for_each_in(detail::Box{p, p}.grown_by(radius_m), [&](std::uint32_t number) {
    const Chunk& chunk = chunks_[number];
    for_each_foot(chunk, p, [&](const Foot& foot) {
      if (std::sqrt(foot.squared_m2) <= radius_m) on_candidate(position(chunk.route, foot));
    });
  });
}

void CorridorIndex::visit_within(std::uint32_t route, LocalPoint p, double radius_m,
                                 detail::Sink<CorridorPosition> on_candidate) const noexcept {
  for (std::uint32_t i = first_chunk_[route]; i < first_chunk_[route + 1]; ++i) {
    if (chunks_[i].box.is_surely_beyond(radius_m * radius_m, p)) continue;
    for_each_foot(chunks_[i], p, [&](const Foot& foot) {
      if (std::sqrt(foot.squared_m2) <= radius_m) on_candidate(position(route, foot));
    });
  }
}

double CorridorIndex::length_m(std::uint32_t route) const noexcept {
  return first_vertex_[route] == first_vertex_[route + 1] ? 0.0 : vertices_[first_vertex_[route + 1] - 1].chainage_m;
}

std::size_t CorridorIndex::memory_bytes() const noexcept {
  return sizeof(*this) + sizeof(Tree) + vertices_.capacity() * sizeof(Vertex) + chunks_.capacity() * sizeof(Chunk) +
         (first_vertex_.capacity() + first_chunk_.capacity()) * sizeof(std::uint32_t) +
         half_width_.capacity() * sizeof(double) + one_way_.capacity() +
         tree_->routes.capacity() * sizeof(detail::Box) + tree_->chunks.memory_bytes();
}

}  // namespace haulwatch::geo
