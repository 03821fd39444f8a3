#include "shape_check.hpp"

#include "fault_text.hpp"
#include "grid_ring.hpp"
#include "position_check.hpp"
#include "ring_contacts.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>

namespace haulwatch::registry {
namespace {

/// Looks at one area: first at each ring, then at how the rings of all its parts meet.
class AreaCheck {
 public:
  AreaCheck(const std::string& object, const std::vector<PolygonDraft>& polygons, std::vector<Fault>& faults)
      : object_{object}, polygons_{polygons}, faults_{faults} {}

  void run() {
    for (std::size_t p = 0; p < polygons_.size(); ++p) check_rings(p);
    contacts_ = contacts_between(rings_);
    meets_itself_.assign(rings_.size(), false);
    for (std::size_t begin = 0; begin < contacts_.size();) begin = check_pair(begin);
    check_nesting();
  }

 private:
  void check_rings(std::size_t p) {
    const PolygonDraft& polygon = polygons_[p];
    if (polygon.rings.empty()) fault(polygon.pointer, "the polygon has no ring");
    for (std::size_t r = 0; r < polygon.rings.size(); ++r) check_ring(p, r);
  }

  void check_ring(std::size_t p, std::size_t r) {
    const std::vector<LonLat>& positions = polygons_[p].rings[r];
    const std::string pointer = polygons_[p].pointer + "/" + std::to_string(r);
    if (positions.size() < 4) {
      const std::string count = std::to_string(positions.size());
      return fault(pointer, "the ring has " + count + " positions: at least 4, the last one equal to the first");
    }
    if (!check_positions(object_, pointer, positions, faults_)) return;
    if (positions.front() != positions.back()) {
      fault(pointer, "the ring is open: it begins at " + text_of(positions.front()) + " and ends at " +
                         text_of(positions.back()));
    }
    if (!near_lon_) near_lon_ = positions.front().lon;
    GridRing ring = grid_ring(p, r, positions, *near_lon_);
    if (ring.has_area()) {
      rings_.push_back(std::move(ring));
    } else {
      fault(pointer, "the ring has no area: all its positions lie on one line or in one place");
    }
  }

  /// Judges all contacts between the same two rings, which begin at `begin`. \return where the next two begin
  std::size_t check_pair(std::size_t begin) {
    const std::size_t a = contacts_[begin].ring_a;
    const std::size_t b = contacts_[begin].ring_b;
    std::size_t end = begin;
    while (end < contacts_.size() && contacts_[end].ring_a == a && contacts_[end].ring_b == b) ++end;
    const std::span<const Contact> between{&contacts_[begin], end - begin};
    if (a == b) {
      meets_itself_[a] = true;
      fault(pointer_of(a), "the ring " + self_contact_text(between));
    } else {
      check_two_rings(a, b, between);
    }
    return end;
  }

  [[nodiscard]] std::string self_contact_text(std::span<const Contact> contacts) const {
    const Contact& worst = *std::ranges::min_element(contacts, {}, &Contact::kind);
    const std::string edges = "the edges from its positions " + position_of(worst.ring_a, worst.edge_a) + " and " +
                              position_of(worst.ring_b, worst.edge_b);
    if (worst.kind == ContactKind::crossing) return "crosses itself: " + edges + ", near " + place(worst);
    if (worst.kind == ContactKind::along) return "runs back along itself: " + edges + ", near " + place(worst);
    return "touches itself at " + place(worst) + ": " + edges;
  }

  void check_two_rings(std::size_t a, std::size_t b, std::span<const Contact> contacts) {
    const Contact& worst = *std::ranges::min_element(contacts, {}, &Contact::kind);
    const std::string other = other_name(b, a);
    if (worst.kind == ContactKind::crossing) {
      parted_.insert({a, b});
      return fault(pointer_of(b), own_name(b) + " crosses " + other + " near " + place(worst));
    }
    if (worst.kind == ContactKind::along) {
      parted_.insert({a, b});
      return fault(pointer_of(b), own_name(b) + " shares an edge with " + other + " near " + place(worst));
    }
    const bool one_place =
        std::ranges::all_of(contacts, [&](const Contact& contact) { return contact.at == worst.at; });
    if (one_place) return;
    if (rings_[a].polygon == rings_[b].polygon) {
      parted_.insert({a, b});
      fault(pointer_of(b), own_name(b) + " touches " + other + " at more than one point, such as " + place(worst) +
                               ", which cuts the area in two");
    } else if (outer_rings_overlap_by_touches(a, b, contacts)) {
      parted_.insert({a, b});
      fault(pointer_of(b), own_name(b) + " overlaps " + other + " near " + place(worst));
    }
  }

  /// Two rings that only touch, more than once, may still run through one another at their vertices. Then a piece of
  /// an edge between two touches lies inside the other ring.
  [[nodiscard]] bool outer_rings_overlap_by_touches(std::size_t a, std::size_t b,
                                                    std::span<const Contact> contacts) const {
    if (rings_[a].ring != 0 || rings_[b].ring != 0 || meets_itself_[a] || meets_itself_[b]) return false;
    return has_piece_inside(b, a, contacts, &Contact::edge_b) || has_piece_inside(a, b, contacts, &Contact::edge_a);
  }

  [[nodiscard]] bool has_piece_inside(std::size_t inner, std::size_t outer, std::span<const Contact> contacts,
                                      std::size_t Contact::*edge) const {
    std::vector<std::vector<GridPoint>> cuts(rings_[inner].vertices.size());
    for (const Contact& contact : contacts) cuts[contact.*edge].push_back(contact.at);
    const std::vector<GridPoint> doubled = doubled_vertices(outer);
    for (std::size_t i = 0; i < cuts.size(); ++i) {
      cuts[i].push_back(rings_[inner].vertex(i));
      cuts[i].push_back(rings_[inner].vertex(i + 1));
      std::ranges::sort(cuts[i]);
      for (std::size_t k = 1; k < cuts[i].size(); ++k) {
        const GridPoint twice_the_middle{cuts[i][k - 1].x + cuts[i][k].x, cuts[i][k - 1].y + cuts[i][k].y};
        if (locate(twice_the_middle, doubled) == Whereabouts::inside && !is_in_a_hole(twice_the_middle, outer)) {
          return true;
        }
      }
    }
    return false;
  }

  [[nodiscard]] std::vector<GridPoint> doubled_vertices(std::size_t ring) const {
    std::vector<GridPoint> doubled = rings_[ring].vertices;
    for (GridPoint& p : doubled) p = {2 * p.x, 2 * p.y};
    return doubled;
  }

  [[nodiscard]] bool is_in_a_hole(GridPoint doubled, std::size_t outer) const {
    for (std::size_t h = outer + 1; h < rings_.size() && rings_[h].polygon == rings_[outer].polygon; ++h) {
      if (locate(doubled, doubled_vertices(h)) != Whereabouts::outside) return true;
    }
    return false;
  }

  /// Rings that do not meet, or at one point only: each lies wholly inside or wholly outside the other.
  void check_nesting() {
    for (std::size_t b = 0; b < rings_.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        if (meets_itself_[a] || meets_itself_[b] || parted_.contains({a, b})) continue;
        check_nesting_of(a, b);
      }
    }
  }

  void check_nesting_of(std::size_t a, std::size_t b) {
    const bool same_polygon = rings_[a].polygon == rings_[b].polygon;
    if (same_polygon && rings_[a].ring == 0) {
      if (!lies_in(b, a)) fault(pointer_of(b), "the hole lies outside " + other_name(b, a));
    } else if (same_polygon) {
      if (lies_in(a, b) || lies_in(b, a)) fault(pointer_of(b), "the hole overlaps " + other_name(b, a));
    } else if (rings_[a].ring == 0 && rings_[b].ring == 0) {
      if (lies_in_part(a, b) || lies_in_part(b, a)) fault(pointer_of(b), own_name(b) + " overlaps " + other_name(b, a));
    }
  }

  [[nodiscard]] bool lies_in(std::size_t inner, std::size_t outer) const {
    if (!box(outer).holds(box(inner))) return false;
    for (const GridPoint vertex : rings_[inner].vertices) {
      const Whereabouts found = locate(vertex, rings_[outer].vertices);
      if (found != Whereabouts::on_the_edge) return found == Whereabouts::inside;
    }
    return false;
  }

  [[nodiscard]] bool lies_in_part(std::size_t inner, std::size_t outer) const {
    if (!lies_in(inner, outer)) return false;
    for (std::size_t h = outer + 1; h < rings_.size() && rings_[h].polygon == rings_[outer].polygon; ++h) {
      if (lies_in(inner, h)) return false;
    }
    return true;
  }

  struct Extent {
    GridPoint low;
    GridPoint high;
    [[nodiscard]] bool holds(const Extent& other) const noexcept {
      return low.x <= other.low.x && other.high.x <= high.x && low.y <= other.low.y && other.high.y <= high.y;
    }
  };

  /// Made for all rings at the first call: nesting is asked of every two rings, and boxes answer nearly all of it.
  [[nodiscard]] const Extent& box(std::size_t ring) const {
    for (std::size_t r = boxes_.size(); r < rings_.size(); ++r) {
      const auto [left, right] = std::ranges::minmax(rings_[r].vertices, {}, &GridPoint::x);
      const auto [bottom, top] = std::ranges::minmax(rings_[r].vertices, {}, &GridPoint::y);
      boxes_.push_back({{left.x, bottom.y}, {right.x, top.y}});
    }
    return boxes_[ring];
  }

  [[nodiscard]] std::string own_name(std::size_t ring) const {
    return rings_[ring].ring == 0 ? "the outer ring" : "the hole";
  }
  [[nodiscard]] std::string other_name(std::size_t ring, std::size_t other) const {
    if (rings_[ring].polygon != rings_[other].polygon) return "the part at " + polygons_[rings_[other].polygon].pointer;
    return rings_[other].ring == 0 ? "its outer ring" : "the hole at " + pointer_of(other);
  }
  [[nodiscard]] std::string pointer_of(std::size_t ring) const {
    return polygons_[rings_[ring].polygon].pointer + "/" + std::to_string(rings_[ring].ring);
  }
  [[nodiscard]] std::string position_of(std::size_t ring, std::size_t edge) const {
    return std::to_string(rings_[ring].positions[edge]);
  }
  static std::string place(const Contact& contact) { return text_of(to_lon_lat(contact.at)); }
  void fault(const std::string& pointer, const std::string& message) { faults_.push_back({object_, pointer, message}); }

  const std::string& object_;
  const std::vector<PolygonDraft>& polygons_;
  std::vector<Fault>& faults_;
  std::optional<double> near_lon_;
  std::vector<GridRing> rings_;
  std::vector<Contact> contacts_;
  std::vector<bool> meets_itself_;
  std::set<std::pair<std::size_t, std::size_t>> parted_;  ///< already named for how they meet
  mutable std::vector<Extent> boxes_;
};

}  // namespace

void check_area(const std::string& object, const std::string& pointer, const std::vector<PolygonDraft>& polygons,
                std::vector<Fault>& faults) {
  if (polygons.empty()) {
    faults.push_back({object, pointer + "/geometry", "the area has no polygon"});
    return;
  }
  AreaCheck{object, polygons, faults}.run();
}

void check_line(const std::string& object, const LineDraft& line, std::vector<Fault>& faults) {
  if (!check_positions(object, line.pointer, line.positions, faults)) return;
  const auto differs_from_first = [&line](LonLat place) {
    const double near_lon = line.positions.front().lon;
    return to_grid(place, near_lon) != to_grid(line.positions.front(), near_lon);
  };
  if (std::ranges::none_of(line.positions, differs_from_first)) {
    faults.push_back({object, line.pointer, "the line has fewer than two positions that differ"});
  }
}

}  // namespace haulwatch::registry
