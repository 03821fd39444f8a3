#include "ring_contacts.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

namespace haulwatch::registry {
namespace {

constexpr std::size_t most_contacts = 10'000;

struct Box {
  GridPoint low{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()};
  GridPoint high{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min()};

  void add(GridPoint p) noexcept {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  void add(const Box& other) noexcept {
    add(other.low);
    add(other.high);
  }
  [[nodiscard]] bool meets(const Box& other) const noexcept {
    return low.x <= other.high.x && other.low.x <= high.x && low.y <= other.high.y && other.low.y <= high.y;
  }
  [[nodiscard]] bool holds(GridPoint p) const noexcept {
    return low.x <= p.x && p.x <= high.x && low.y <= p.y && p.y <= high.y;
  }
  [[nodiscard]] bool is_wide() const noexcept { return high.x - low.x >= high.y - low.y; }
};

struct Edge {
  GridPoint from;
  GridPoint to;
  std::size_t ring = 0;
  std::size_t number = 0;
  Box box;
};

struct Meeting {
  ContactKind kind{};
  GridPoint at;
};

std::optional<Meeting> meeting_on_one_line(const Edge& a, const Edge& b) noexcept {
  // Along one line, points are ordered as their coordinates are.
  const auto [a_low, a_high] = std::minmax(a.from, a.to);
  const auto [b_low, b_high] = std::minmax(b.from, b.to);
  const GridPoint low = std::max(a_low, b_low);
  const GridPoint high = std::min(a_high, b_high);
  if (low > high) return std::nullopt;
  return Meeting{low == high ? ContactKind::touch : ContactKind::along, low};
}

std::optional<Meeting> meeting_of(const Edge& a, const Edge& b) noexcept {
  if (!a.box.meets(b.box)) return std::nullopt;
  const int a_from = turn(b.from, b.to, a.from);
  const int a_to = turn(b.from, b.to, a.to);
  const int b_from = turn(a.from, a.to, b.from);
  const int b_to = turn(a.from, a.to, b.to);
  if (a_from == 0 && a_to == 0) return meeting_on_one_line(a, b);
  if (a_from * a_to < 0 && b_from * b_to < 0) return Meeting{ContactKind::crossing, a.from};
  if (a_from == 0 && b.box.holds(a.from)) return Meeting{ContactKind::touch, a.from};
  if (a_to == 0 && b.box.holds(a.to)) return Meeting{ContactKind::touch, a.to};
  if (b_from == 0 && a.box.holds(b.from)) return Meeting{ContactKind::touch, b.from};
  if (b_to == 0 && a.box.holds(b.to)) return Meeting{ContactKind::touch, b.to};
  return std::nullopt;
}

std::vector<Edge> edges_of(std::span<const GridRing> rings) {
  std::vector<Edge> edges;
  for (std::size_t r = 0; r < rings.size(); ++r) {
    for (std::size_t i = 0; i < rings[r].vertices.size(); ++i) {
      Edge edge{rings[r].vertex(i), rings[r].vertex(i + 1), r, i, {}};
      edge.box.add(edge.from);
      edge.box.add(edge.to);
      edges.push_back(edge);
    }
  }
  return edges;
}

/// Halves the edges again and again across the longer side of their box, and joins the tree with itself.
class EdgeTree {
 public:
  explicit EdgeTree(std::span<const GridRing> rings) : rings_{rings}, edges_{edges_of(rings)} {
    if (!edges_.empty()) root_ = build(0, edges_.size());
  }

  std::vector<Contact> contacts() && {
    if (!edges_.empty()) join(root_, root_);
    return std::move(found_);
  }

 private:
  struct Node {
    Box box;
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t left = 0;  ///< 0 for a leaf: no child is the first node
    std::size_t right = 0;
  };
  static constexpr std::size_t leaf_size = 8;

  std::size_t build(std::size_t begin, std::size_t end) {
    Node node{{}, begin, end, 0, 0};
    for (std::size_t i = begin; i < end; ++i) node.box.add(edges_[i].box);
    const std::size_t self = nodes_.size();
    nodes_.push_back(node);
    if (end - begin <= leaf_size) return self;

    const std::size_t middle = begin + (end - begin) / 2;
    const auto at = [&](std::size_t i) { return edges_.begin() + static_cast<std::ptrdiff_t>(i); };
    const bool wide = node.box.is_wide();
    std::nth_element(at(begin), at(middle), at(end), [wide](const Edge& a, const Edge& b) {
      return wide ? a.box.low.x + a.box.high.x < b.box.low.x + b.box.high.x
                  : a.box.low.y + a.box.high.y < b.box.low.y + b.box.high.y;
    });
    const std::size_t left = build(begin, middle);
    const std::size_t right = build(middle, end);
    nodes_[self].left = left;
    nodes_[self].right = right;
    return self;
  }

  void join(std::size_t a, std::size_t b) {
    if (found_.size() >= most_contacts || !nodes_[a].box.meets(nodes_[b].box)) return;
    const Node& node_a = nodes_[a];
    const Node& node_b = nodes_[b];
    if (a == b && node_a.left != 0) {
      join(node_a.left, node_a.left);
      join(node_a.left, node_a.right);
      join(node_a.right, node_a.right);
    } else if (node_a.left != 0 && (node_b.left == 0 || size(node_a) >= size(node_b))) {
      join(node_a.left, b);
      join(node_a.right, b);
    } else if (node_b.left != 0) {
      join(a, node_b.left);
      join(a, node_b.right);
    } else {
      compare_leaves(node_a, node_b);
    }
  }

  static std::size_t size(const Node& node) noexcept { return node.end - node.begin; }

  void compare_leaves(const Node& a, const Node& b) {
    for (std::size_t i = a.begin; i < a.end; ++i) {
      for (std::size_t j = a.begin == b.begin ? i + 1 : b.begin; j < b.end; ++j) compare(edges_[i], edges_[j]);
    }
  }

  void compare(const Edge& a, const Edge& b) {
    const std::optional<Meeting> meeting = meeting_of(a, b);
    if (!meeting || (meeting->kind == ContactKind::touch && are_neighbours(a, b))) return;
    const bool in_order = std::tie(a.ring, a.number) < std::tie(b.ring, b.number);
    const Edge& first = in_order ? a : b;
    const Edge& second = in_order ? b : a;
    found_.push_back({first.ring, second.ring, first.number, second.number, meeting->kind, meeting->at});
  }

  [[nodiscard]] bool are_neighbours(const Edge& a, const Edge& b) const noexcept {
    if (a.ring != b.ring) return false;
    const std::size_t last = rings_[a.ring].vertices.size() - 1;
    const auto [low, high] = std::minmax(a.number, b.number);
    return high - low == 1 || (low == 0 && high == last);
  }

  std::span<const GridRing> rings_;
  std::vector<Edge> edges_;
  std::vector<Node> nodes_;
  std::size_t root_ = 0;
  std::vector<Contact> found_;
};

}  // namespace

std::vector<Contact> contacts_between(std::span<const GridRing> rings) {
  std::vector<Contact> contacts = EdgeTree{rings}.contacts();
  std::ranges::sort(contacts, {}, [](const Contact& c) { return std::tuple{c.ring_a, c.ring_b, c.edge_a, c.edge_b}; });
  return contacts;
}

}  // namespace haulwatch::registry
