#include <haulwatch/simulation/elementary.hpp>
#include <haulwatch/simulation/path.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace haulwatch::simulation {

namespace {

using geo::LocalPoint;

constexpr double bend_radius_m = 320.0;
constexpr double longest_straight_m = 220.0;
/// Nearer to its ends a road goes straight, so that turns into other roads have room.
constexpr double room_at_ends_m = 16.0;
/// A change of direction by less leaves the room to its neighbours.
constexpr double hardly_a_turn = 0.06;
constexpr double tightest_corner_m = 3.0;
/// Vertices nearer to each other than this are one.
constexpr double same_place_m = 0.5;

double radius_at_junction(RoadClass kind) noexcept {
  switch (kind) {
    case RoadClass::arterial:
      return 16.0;
    case RoadClass::local:
      return 12.0;
    default:
      return 10.0;
  }
}

double lane_of(RoadClass kind) noexcept {
  switch (kind) {
    case RoadClass::arterial:
      return 5.2;
    case RoadClass::local:
      return 2.1;
    default:
      return 1.2;
  }
}

LocalPoint right_of(LocalPoint direction) noexcept {
  return {direction.y, -direction.x};
}

LocalPoint unit(LocalPoint v) noexcept {
  const double length = geo::norm(v);
  return length > 0.0 ? (1.0 / length) * v : LocalPoint{0.0, 1.0};
}

/// One stretch of one road, as a vehicle drives it.
void append_stretch(const RoadNetwork& network, const RoadStretch& stretch, WayPoints& points) {
  const Road& road = network.road(stretch.road);
  const double low = std::min(stretch.enter_m, stretch.leave_m);
  const double high = std::max(stretch.enter_m, stretch.leave_m);
  std::vector<RoadPoint> inside;
  inside.reserve(road.points.size() + 2);
  inside.push_back(network.at(stretch.road, low));
  double at_m = 0.0;
  for (std::size_t i = 0; i < road.points.size(); ++i) {
    if (i > 0) at_m += road.stretch_m[i - 1];
    if (at_m > low + room_at_ends_m && at_m < high - room_at_ends_m) inside.push_back(road.points[i]);
  }
  RoadPoint last = network.at(stretch.road, high);
  inside.push_back(last);
  if (!stretch.forward) {
    std::reverse(inside.begin(), inside.end());
    // A stretch belongs to its beginning: driven the other way, that is its other vertex.
    for (std::size_t i = 0; i + 1 < inside.size(); ++i) {
      const LocalPoint at = inside[i].at;
      inside[i] = inside[i + 1];
      inside[i].at = at;
    }
  }
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const RoadPoint& point = inside[i];
    WayPoint next{.at = point.at,
                  .right_m = lane_of(road.kind),
                  .radius_m = bend_radius_m,
                  .limit_mps = point.limit_mps,
                  .sky = point.sky,
                  .coverage = point.coverage,
                  .road = stretch.road};
    if (i == 0) next.radius_m = radius_at_junction(road.kind);
    if (i + 1 < inside.size() && point.rail_ahead) next.mark = Mark::rail;
    if (!points.empty() && geo::distance(points.back().at, next.at) < same_place_m) {
      next.junction = points.back().junction;
      points.back() = next;
    } else {
      points.push_back(next);
    }
  }
  const NodeIndex end = stretch.forward ? road.to : road.from;
  const double end_m = stretch.forward ? road.length_m : 0.0;
  if (std::abs(stretch.leave_m - end_m) < same_place_m) points.back().junction = end;
}

/// A direction: the angle clockwise from north, and the unit vector.
struct Course {
  double heading_rad = 0.0;
  LocalPoint along{0.0, 1.0};
};

/// Grows a path element by element, so that each begins where the one before ends.
class PathGrower {
 public:
  PathGrower(Path& path, Pose start) : path_{path}, at_{start.at}, course_{start.heading_rad, {}} {
    const SineCosine heading = sine_cosine(start.heading_rad);
    course_.along = {heading.sine, heading.cosine};
  }

  void turn(double curvature, double length, const WayPoint& like) {
    const double half_turn = 0.5 * curvature * length;
    const SineCosine half = sine_cosine(half_turn);
    const double chord = half_turn == 0.0 ? length : length * half.sine / half_turn;
    const LocalPoint middle = turned(course_.along, half);
    append(curvature, length, at_ + chord * middle, like);
    course_ = {course_.heading_rad + curvature * length, turned(middle, half)};
  }

  void straight_to(LocalPoint target, const WayPoint& like) {
    const LocalPoint way = target - at_;
    const double length = geo::norm(way);
    if (length < 1e-6) return;
    const LocalPoint along = (1.0 / length) * way;
    // A straight goes on as the turn before it ended, but for what rounding makes of it.
    const double aside = geo::cross(along, course_.along);
    if (std::abs(aside) < 1e-6 && geo::dot(along, course_.along) > 0.0)
      course_.heading_rad += aside;
    else
      course_.heading_rad = angle_of(along.x, along.y);
    course_.along = along;
    const auto parts = static_cast<int>(length / longest_straight_m) + 1;
    const LocalPoint from = at_;
    for (int i = 1; i < parts; ++i) append(0.0, length / parts, from + (static_cast<double>(i) / parts) * way, like);
    append(0.0, length / parts, target, like);
  }

  void mark(const WayPoint& point) {
    if (path_.empty() || point.mark == Mark::none) return;
    PathElement& last = path_.back();
    last.mark = point.mark;
    last.act = point.act;
    last.wait_s = point.wait_s;
    last.junction = point.junction;
  }

  [[nodiscard]] LocalPoint at() const noexcept { return at_; }
  [[nodiscard]] LocalPoint along() const noexcept { return course_.along; }

 private:
  /// Turned to the right.
  [[nodiscard]] static LocalPoint turned(LocalPoint v, SineCosine by) noexcept {
    return {v.x * by.cosine + v.y * by.sine, v.y * by.cosine - v.x * by.sine};
  }

  void append(double curvature, double length, LocalPoint to, const WayPoint& like) {
    PathElement& element = path_.emplace_back();
    element.from = std::exchange(at_, to);
    element.heading_rad = course_.heading_rad;
    element.curvature_per_m = curvature;
    element.length_m = length;
    element.to = to;
    element.along = course_.along;
    element.limit_mps = like.limit_mps;
    element.sky = like.sky;
    element.coverage = like.coverage;
  }

  Path& path_;
  LocalPoint at_;
  Course course_;
};

/// Turns from the pose until the target lies straight ahead.
void set_out(PathGrower& grower, LocalPoint target, double radius, const WayPoint& like) {
  const LocalPoint to = target - grower.at();
  const LocalPoint ahead = grower.along();
  const double forward = geo::dot(to, ahead);
  const double right = geo::dot(to, right_of(ahead));
  const double aside = std::abs(right);
  const double span = geo::squared_norm(to);
  if (span < 1e-6) return;
  if (aside > 1e-4 || forward < 0.0) {
    // A target inside the turning circle is reached on a tighter one.
    const double through_target = span / (2.0 * std::max(aside, 1e-3));
    radius = std::min(radius, 0.9 * through_target);
    const double to_target = std::sqrt(forward * forward + (aside - radius) * (aside - radius));
    const double tangent = std::sqrt(std::max(0.0, to_target * to_target - radius * radius));
    double turn = angle_of(aside - radius, forward) + std::numbers::pi / 2 - angle_of(tangent, radius);
    if (turn < 0.0) turn += 2.0 * std::numbers::pi;
    if (turn > 2.0 * std::numbers::pi - 1e-6) turn = 0.0;
    if (turn * radius > 1e-6) grower.turn((right < 0.0 ? -1.0 : 1.0) / radius, turn * radius, like);
  }
}

/// The vertices beside the middle of the road.
std::vector<LocalPoint> beside(const WayPoints& points) {
  std::vector<LocalPoint> out(points.size());
  LocalPoint in = unit(points[1].at - points[0].at);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const LocalPoint on = i + 1 < points.size() ? unit(points[i + 1].at - points[i].at) : in;
    const LocalPoint both = right_of(in) + right_of(on);
    // A mitre at a hairpin would reach out far beyond the road.
    const double stretch = std::max(0.6, 1.0 + geo::dot(in, on));
    out[i] = points[i].at + (points[i].right_m / stretch) * both;
    in = on;
  }
  return out;
}

struct Corner {
  LocalPoint in;          ///< the direction from which the way comes
  double turn_rad = 0.0;  ///< to the right
  double tangent_m = 0.0;
  double radius_m = 0.0;
};

bool hardly_turns(LocalPoint before, LocalPoint at, LocalPoint after) noexcept {
  const LocalPoint in = at - before;
  const LocalPoint on = after - at;
  return std::abs(geo::cross(in, on)) < hardly_a_turn * geo::dot(in, on);
}

/// The radius on which a vehicle goes through a junction that gives it `radius` for a right angle: it uses the same
/// room, so whoever goes nearly straight on hardly slows down. \param tangent_of_half of half the turn
double radius_through(double radius, double tangent_of_half) noexcept {
  // A corner is cut by radius × (sec(turn / 2) − 1).
  constexpr double cut_at_right_angle = 0.41421356;
  const double cut = std::sqrt(1.0 + tangent_of_half * tangent_of_half) - 1.0;
  return cut < cut_at_right_angle ? std::min(bend_radius_m, radius * cut_at_right_angle / std::max(cut, 1e-6)) : radius;
}

/// \param share of the stretch after the corner that it may use; of the one before, what the last corner has left
Corner corner_at(LocalPoint before, LocalPoint at, LocalPoint after, const WayPoint& point, double share) noexcept {
  const LocalPoint in = at - before;
  const LocalPoint on = after - at;
  const double in_m = geo::norm(in);
  const double on_m = geo::norm(on);
  Corner corner;
  if (in_m <= 0.0) return corner;
  corner.in = (1.0 / in_m) * in;
  const double both_m2 = in_m * on_m;
  const double right = -geo::cross(in, on);
  const double ahead = geo::dot(in, on);
  if (std::abs(right) < 1e-5 * ahead) return corner;
  corner.turn_rad = angle_of(right, ahead);
  // Of the two forms the one that does not cancel; beyond 1,000 it is a turn on the spot.
  double tangent_of_half = 1e3;
  if (ahead > 0.0)
    tangent_of_half = std::abs(right) / (both_m2 + ahead);
  else if (std::abs(right) > 1e-3 * (both_m2 - ahead))
    tangent_of_half = (both_m2 - ahead) / std::abs(right);
  const double radius = point.junction != nowhere ? radius_through(point.radius_m, tangent_of_half) : point.radius_m;
  corner.tangent_m = std::min({0.98 * in_m, share * on_m, radius * tangent_of_half});
  corner.radius_m = corner.tangent_m / tangent_of_half;
  return corner;
}

}  // namespace

void append_way_points(const RoadNetwork& network, const RoadWay& way, WayPoints& points) {
  for (const RoadStretch& stretch : way) append_stretch(network, stretch, points);
}

double length_of(const WayPoints& points) noexcept {
  double sum = 0.0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) sum += geo::distance(points[i].at, points[i + 1].at);
  return sum;
}

std::size_t insert_way_point(WayPoints& points, double at_m) {
  double left = at_m;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const double length = geo::distance(points[i].at, points[i + 1].at);
    if (left > length && i + 2 < points.size()) {
      left -= length;
      continue;
    }
    if (left < same_place_m) return i;
    if (length - left < same_place_m) return i + 1;
    WayPoint middle = points[i];
    middle.at = points[i].at + (left / length) * (points[i + 1].at - points[i].at);
    middle.radius_m = bend_radius_m;
    middle.mark = Mark::none;
    middle.junction = nowhere;
    points.insert(points.begin() + static_cast<std::ptrdiff_t>(i) + 1, middle);
    return i + 1;
  }
  return points.size() - 1;
}

void make_path(Pose start, const WayPoints& points, double turning_radius_m, Path& path) {
  path.clear();
  if (points.empty()) return;
  path.reserve(3 * points.size() + 8);
  PathGrower grower{path, start};
  if (points.size() == 1) {
    set_out(grower, points[0].at, turning_radius_m, points[0]);
    grower.straight_to(points[0].at, points[0]);
    grower.mark(points[0]);
    return;
  }
  const std::vector<LocalPoint> vertices = beside(points);
  set_out(grower, vertices[0], turning_radius_m, points[0]);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const WayPoint& before = points[i > 0 ? i - 1 : 0];
    if (i + 1 == points.size()) {
      grower.straight_to(vertices[i], before);
      grower.mark(points[i]);
      break;
    }
    const bool turns_next = i + 2 < points.size() && !hardly_turns(vertices[i], vertices[i + 1], vertices[i + 2]);
    const Corner corner = corner_at(grower.at(), vertices[i], vertices[i + 1], points[i], turns_next ? 0.5 : 0.9);
    if (corner.radius_m < tightest_corner_m && std::abs(corner.turn_rad) > 0.3) {
      // A hairpin, or no room: the vehicle swings out and comes back onto its way.
      grower.straight_to(vertices[i], before);
      grower.mark(points[i]);
      set_out(grower, vertices[i + 1], turning_radius_m, before);
      continue;
    }
    grower.straight_to(vertices[i] - corner.tangent_m * corner.in, before);
    grower.mark(points[i]);
    if (corner.tangent_m > 1e-6)
      grower.turn((corner.turn_rad > 0.0 ? 1.0 : -1.0) / corner.radius_m, std::abs(corner.turn_rad) * corner.radius_m,
                  before);
  }
}

Pose end_of(const Path& path) noexcept {
  const PathElement& last = path.back();
  return {last.to, last.heading_rad + last.curvature_per_m * last.length_m};
}

}  // namespace haulwatch::simulation
