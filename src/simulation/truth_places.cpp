#include "landscape.hpp"

#include <haulwatch/simulation/traffic.hpp>
#include <haulwatch/simulation/truth_watch.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace haulwatch::simulation {

namespace {

using Entry = PlaceGrid::Entry;

/// A vehicle that cuts off a corner by less than this was not there.
constexpr double step_m = 8.0;
/// Nobody is held to a limit to the last tenth of a metre a second, nor for an instant: traffic law commonly lets go
/// what lies within a tenth of it, and fleets' rules ask that it last.
constexpr double pursued_over = 1.1;
constexpr double shortest_speeding_s = 10.0;

TimeUtc moment(const MotionPiece& piece, double since_s) {
  return piece.start + milliseconds(since_s);
}

const geo::Ring& outline_of(const County& county, Entry entry) {
  return entry.kind == PlaceGrid::Kind::site ? county.place(entry.index).outline : county.zones()[entry.index].outline;
}

bool in_force(const CountyZone& zone, double clock_s) noexcept {
  if (zone.hours.empty()) return true;
  return std::any_of(zone.hours.begin(), zone.hours.end(), [&](const Hours& hours) { return hours.hold_at(clock_s); });
}

/// Seconds into the piece at which `becomes_true` first holds, to a millisecond. \param to_s where it holds
template <class Test>
double first_moment(double from_s, double to_s, const Test& becomes_true) {
  while (to_s - from_s > 5e-4) {
    const double middle = 0.5 * (from_s + to_s);
    (becomes_true(middle) ? to_s : from_s) = middle;
  }
  return to_s;
}

/// Whether some side of an outline, or a gate, may lie in the box: who stays in a box without one crosses nothing.
bool comes_near(const County& county, Entry entry, const Box& box) noexcept {
  if (entry.kind == PlaceGrid::Kind::gate)
    return meet(box, county.gates()[entry.index].from, county.gates()[entry.index].to);
  const geo::Ring& outline = outline_of(county, entry);
  for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++)
    if (meet(box, outline[j], outline[i])) return true;
  return false;
}

}  // namespace

void TruthWatch::find_first_places(const MotionPiece& piece) {
  for (std::uint32_t i = 0; i < county_->places().size(); ++i)
    if (county_->place(i).kind == PlaceKind::site && contains(county_->place(i).outline, piece.from))
      cross_outline({PlaceGrid::Kind::site, i}, piece.start, piece.from, true);
  for (std::uint32_t i = 0; i < county_->zones().size(); ++i)
    if (contains(county_->zones()[i].outline, piece.from))
      cross_outline({PlaceGrid::Kind::zone, i}, piece.start, piece.from, true);
}

void TruthWatch::watch_places(const LivedPiece& lived) {
  const MotionPiece& piece = lived.motion;
  watch_zone_hours(piece);
  if (piece.speed_mps <= 0.0 && piece.acceleration_mps2 <= 0.0) return;
  const double length = piece.duration_s * (piece.speed_mps + 0.5 * piece.acceleration_mps2 * piece.duration_s);
  // What rounding moves from piece to piece, and then some.
  constexpr double slack_m = 5.0;
  if (piece.odometer_m + 1.5 * length + slack_m < clear_until_m_) return watch_speed(piece, 0.0, piece.duration_s);
  const double bulge = piece.curvature_per_m == 0.0 ? 0.0 : 0.5 * length;
  const double margin = bulge + 1.0;
  if (grid_->near(piece.from, lived.to, margin, near_).empty()) {
    clear_until_m_ = piece.odometer_m + grid_->clear_m(piece.from);
    return watch_speed(piece, 0.0, piece.duration_s);
  }
  const Box box = box_of(piece.from, lived.to, margin);
  std::erase_if(near_, [&](Entry entry) { return !comes_near(*county_, entry, box); });
  if (near_.empty() && speeding_.zone == nullptr && strictest_zone() == nullptr) return;
  const int steps = 1 + static_cast<int>(length / step_m);
  double from_s = 0.0;
  for (int i = 1; i <= steps; ++i) {
    const double to_s = piece.duration_s * i / steps;
    watch_step(piece, from_s, to_s);
    watch_speed(piece, from_s, to_s);
    from_s = to_s;
  }
}

void TruthWatch::watch_step(const MotionPiece& piece, double from_s, double to_s) {
  for (const Entry entry : near_) {
    if (entry.kind == PlaceGrid::Kind::gate) {
      cross_gate(piece, entry.index, from_s, to_s);
      continue;
    }
    const geo::Ring& outline = outline_of(*county_, entry);
    const bool was_in = entry.kind == PlaceGrid::Kind::site
                            ? std::find(sites_.begin(), sites_.end(), entry.index) != sites_.end()
                            : std::any_of(zones_.begin(), zones_.end(),
                                          [&](const ZoneVisit& visit) { return visit.zone == entry.index; });
    if (contains(outline, place_of(piece, to_s)) == was_in) continue;
    const double at_s =
        first_moment(from_s, to_s, [&](double s) { return contains(outline, place_of(piece, s)) != was_in; });
    cross_outline(entry, moment(piece, at_s), place_of(piece, at_s), !was_in);
  }
}

void TruthWatch::cross_outline(Entry entry, TimeUtc at, geo::LocalPoint where, bool in) {
  if (entry.kind == PlaceGrid::Kind::site) {
    if (in)
      sites_.push_back(entry.index);
    else
      std::erase(sites_, entry.index);
    tell(
        at,
        line(in ? "site_entered" : "site_left", at).place(county_->frame(), where).text("site", place_id(entry.index)));
    return;
  }
  if (in) {
    zones_.push_back({entry.index, in_force(county_->zones()[entry.index], clock_of(at))});
    if (zones_.back().in_force) tell_zone(zones_.back(), at, where, "zone_entered");
    return;
  }
  const auto visit =
      std::find_if(zones_.begin(), zones_.end(), [&](const ZoneVisit& v) { return v.zone == entry.index; });
  if (visit->in_force) tell_zone(*visit, at, where, "zone_left");
  zones_.erase(visit);
}

void TruthWatch::tell_zone(const ZoneVisit& visit, TimeUtc at, geo::LocalPoint where, std::string_view kind) {
  const CountyZone& zone = county_->zones()[visit.zone];
  tell(at, line(kind, at).place(county_->frame(), where).text("zone", zone.id).text("rule", name_of(zone.rule)));
}

void TruthWatch::watch_zone_hours(const MotionPiece& piece) {
  for (ZoneVisit& visit : zones_) {
    const CountyZone& zone = county_->zones()[visit.zone];
    if (zone.hours.empty()) continue;
    // Hours begin and end at whole minutes.
    for (TimeUtc minute = std::chrono::ceil<std::chrono::minutes>(piece.start); minute < piece.end();
         minute += std::chrono::minutes{1}) {
      if (in_force(zone, clock_of(minute)) == visit.in_force) continue;
      visit.in_force = !visit.in_force;
      const geo::LocalPoint where = place_of(piece, seconds(minute - piece.start));
      tell_zone(visit, minute, where, visit.in_force ? "zone_entered" : "zone_left");
    }
  }
}

void TruthWatch::cross_gate(const MotionPiece& piece, std::uint32_t index, double from_s, double to_s) {
  const CountyGate& gate = county_->gates()[index];
  const geo::LocalPoint a = place_of(piece, from_s);
  const geo::LocalPoint b = place_of(piece, to_s);
  const std::optional<double> share = crossing(a, b, gate.from, gate.to);
  if (!share || *share <= 0.0) return;
  const double at_s = from_s + *share * (to_s - from_s);
  // Inside lies left of the gate's direction.
  const bool in = geo::cross(gate.to - gate.from, b - gate.from) > 0.0;
  const TimeUtc at = moment(piece, at_s);
  tell(at, line("gate_crossed", at)
               .place(county_->frame(), place_of(piece, at_s))
               .text("gate", gate.id)
               .text("direction", in ? "in" : "out"));
}

const CountyZone* TruthWatch::strictest_zone() const noexcept {
  const CountyZone* strictest = nullptr;
  for (const ZoneVisit& visit : zones_) {
    const CountyZone& zone = county_->zones()[visit.zone];
    if (zone.rule != registry::ZoneRule::speed_limit || !visit.in_force) continue;
    if (strictest == nullptr || zone.max_speed_mps < strictest->max_speed_mps) strictest = &zone;
  }
  return strictest;
}

void TruthWatch::watch_speed(const MotionPiece& piece, double from_s, double to_s) {
  const CountyZone* zone = strictest_zone();
  if (speeding_.zone != nullptr && speeding_.zone != zone) end_speeding(piece, from_s);
  if (zone == nullptr) return;
  const double pursued = pursued_over * zone->max_speed_mps;
  const double from = piece.speed_mps + piece.acceleration_mps2 * from_s;
  const double to = piece.speed_mps + piece.acceleration_mps2 * to_s;
  const auto crossing_s = [&] {
    return std::clamp((pursued - piece.speed_mps) / piece.acceleration_mps2, from_s, to_s);
  };
  if (speeding_.zone == nullptr && (from > pursued || to > pursued))
    begin_speeding(piece, from > pursued ? from_s : crossing_s(), *zone);
  if (speeding_.zone == nullptr) return;
  const double until_s = to > pursued ? to_s : (from > pursued ? crossing_s() : from_s);
  go_on_speeding(piece, from_s, until_s);
  if (to <= pursued) end_speeding(piece, until_s);
}

void TruthWatch::begin_speeding(const MotionPiece& piece, double at_s, const CountyZone& zone) {
  speeding_ = {&zone, moment(piece, at_s), place_of(piece, at_s), 0.0, false};
}

void TruthWatch::go_on_speeding(const MotionPiece& piece, double from_s, double to_s) {
  for (const double s : {from_s, to_s})
    speeding_.max_mps = std::max(speeding_.max_mps, piece.speed_mps + piece.acceleration_mps2 * s);
  const TimeUtc now = moment(piece, to_s);
  if (speeding_.told || seconds(now - speeding_.since) < shortest_speeding_s) return;
  speeding_.told = true;
  tell(now, line("overspeed_started", speeding_.since)
                .place(county_->frame(), speeding_.at)
                .metres("limit_mps", speeding_.zone->max_speed_mps)
                .metres("max_speed_mps", speeding_.max_mps)
                .text("zone", speeding_.zone->id));
}

void TruthWatch::end_speeding(const MotionPiece& piece, double at_s) {
  const Speeding over = std::exchange(speeding_, {});
  if (!over.told) return;
  const TimeUtc at = moment(piece, at_s);
  tell(at, line("overspeed_ended", at)
               .place(county_->frame(), place_of(piece, at_s))
               .time("start", over.since)
               .time("end", at)
               .metres("limit_mps", over.zone->max_speed_mps)
               .metres("max_speed_mps", over.max_mps)
               .text("zone", over.zone->id));
}

}  // namespace haulwatch::simulation
