#pragma once

#include <haulwatch/detect/crossing_time.hpp>
#include <haulwatch/detect/stage.hpp>
#include <haulwatch/detect/stop_place.hpp>
#include <haulwatch/geo/place_index.hpp>
#include <haulwatch/units.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace haulwatch::detect {

/// From one sample to the next, in the registry's frame.
struct Step {
  geo::LocalPoint from;
  geo::LocalPoint to;
  TimeUtc from_time = no_time;  ///< `no_time` at the first sample: then `from` is `to`
  TimeUtc to_time = no_time;
  double sigma_m = 0.0;    ///< the worse of both ends
  double speed_mps = 0.0;  ///< at `to`

  [[nodiscard]] bool first() const noexcept { return from_time == no_time; }
  [[nodiscard]] Milliseconds duration() const noexcept { return first() ? Milliseconds{0} : to_time - from_time; }
  [[nodiscard]] TimeUtc time_at(double fraction) const noexcept {
    return from_time + milliseconds(fraction * seconds(to_time - from_time));
  }
  [[nodiscard]] geo::LocalPoint place_at(double fraction) const noexcept { return from + fraction * (to - from); }
};

/// One area (a site or a zone) that a vehicle is in, about to enter, or about to leave.
struct Presence {
  enum class Phase : std::uint8_t { free, entering, inside, leaving };

  geo::AreaIndex area = 0;
  Phase phase = Phase::free;
  bool announced : 1 = false;       ///< the entry was given as an event (a zone's rule may not hold yet)
  bool entry_inferred : 1 = false;  ///< nobody saw the vehicle outside shortly before
  std::uint8_t witnesses = 0;       ///< fixes for the change that is under way
  std::uint8_t deepest_m = 0;       ///< how clearly the new side was seen so far, whole metres
  TimeUtc first_fix = no_time;      ///< first fix inside: names the episode
  CrossingTime crossed;             ///< when the boundary was crossed last, as far as is known
  float east_m = 0;                 ///< and where, in the registry's frame
  float north_m = 0;

  /// Confirmed, and not confirmed to have left.
  [[nodiscard]] bool is_inside() const noexcept { return phase == Phase::inside || phase == Phase::leaving; }
  [[nodiscard]] geo::LocalPoint crossed_at() const noexcept {
    return {static_cast<double>(east_m), static_cast<double>(north_m)};
  }
};

/// Areas that a vehicle may be in at once: district, town, site, road zone, watch zone and three more. Of more than
/// that the ones with the least `AreaIndex` (sites first) are followed.
inline constexpr std::size_t presence_slots = 8;

/// The areas that one vehicle is in or near. A bit for each slot in use, so that who is nowhere touches no slot.
class Presences {
 public:
  [[nodiscard]] bool empty() const noexcept { return used_ == 0; }
  [[nodiscard]] bool full() const noexcept { return used_ == 0xFFU; }

  [[nodiscard]] const Presence& operator[](std::size_t slot) const noexcept { return slots_[slot]; }

  /// Calls `call(Presence&)` for each in use, in the order of the slots. It may set one free.
  template <class Call>
  void for_each(Call&& call) noexcept {
    for (unsigned left = used_; left != 0; left &= left - 1U) {
      const auto i = static_cast<std::size_t>(std::countr_zero(left));
      call(slots_[i]);
      if (slots_[i].phase == Presence::Phase::free) used_ = static_cast<std::uint8_t>(used_ & ~(1U << i));
    }
  }
  template <class Call>
  void for_each(Call&& call) const noexcept {
    for (unsigned left = used_; left != 0; left &= left - 1U)
      call(slots_[static_cast<std::size_t>(std::countr_zero(left))]);
  }

  /// The slot of an area; nullptr where it has none.
  [[nodiscard]] const Presence* of(geo::AreaIndex area) const noexcept {
    for (unsigned left = used_; left != 0; left &= left - 1U) {
      const Presence& p = slots_[static_cast<std::size_t>(std::countr_zero(left))];
      if (p.area == area) return &p;
    }
    return nullptr;
  }

  /// The first free slot, in use from now on unless `call(Presence&)` leaves it free. \pre not full
  template <class Call>
  void begin(Call&& call) noexcept {
    const auto i = static_cast<std::size_t>(std::countr_one(static_cast<unsigned>(used_)));
    slots_[i] = {};
    call(slots_[i]);
    if (slots_[i].phase != Presence::Phase::free) used_ = static_cast<std::uint8_t>(used_ | 1U << i);
  }

 private:
  std::uint8_t used_ = 0;
  std::array<Presence, presence_slots> slots_;
  static_assert(presence_slots == 8);
};

struct PresenceOptions {
  Metres leave_margin{15.0};       ///< beyond the fence before a leaving counts; at least two sigma of the place
  std::uint8_t confirm_fixes = 2;  ///< on the new side, none on the old one between them
  Metres certain{40.0};            ///< so far on the new side one fix is enough; at least three sigma
  Milliseconds sparse_after = std::chrono::minutes{2};  ///< a longer step tells no crossing times, and no way between
};

/// Who is inside what: entries and leavings with hysteresis, confirmation and interpolated times.
///
/// An entry needs fixes inside the fence, a leaving fixes `leave_margin` beyond it; either is believed after
/// `confirm_fixes` or one fix `certain` metres over. Its time and place are where the way between two fixes last cut
/// the fence. One clear fix inside between two outside is a visit; a forbidden zone that only the way cuts is reported
/// as `between_fixes`, when it still does with both fixes moved by two sigma to either side. A zone's visit begins and
/// ends with its windows; while it is not clear whether the vehicle has left, a window's edge waits for the answer.
class PresenceWatch {
 public:
  explicit PresenceWatch(PresenceOptions options = {}) noexcept : options_{options} {}

  /// \param free_way no zone that nobody may enter lies on the way, as far as is known
  /// \returns the nearest site to `step.to`, for who else asks
  NearestSite update(Presences& presences, const Step& step, bool free_way, const World& world,
                     Emit& emit) const noexcept {
    const geo::PlaceIndex& places = world.registry.places();
    const geo::PlaceIndex::Spot here = places.spot(step.to);
    NearestSite nearest;
    if (presences.empty() && places.nothing_near(here) && places.clearance_m(here) > geo::distance(step.from, step.to))
      return nearest;
    const auto sites = world.registry.sites();
    std::array<geo::AreaHit, presence_slots> hits;
    std::size_t hit_count = 0;
    places.for_each_near(here, [&](const geo::AreaHit& hit) {
      consider(nearest, hit, sites);
      if (hit_count < hits.size() && (hit.signed_distance_m <= 0.0 || presences.of(hit.area) != nullptr))
        hits[hit_count++] = hit;
    });
    presences.for_each(
        [&](Presence& p) { advance(p, signed_distance(p.area, hits, hit_count, places, step.to), step, world, emit); });
    for (std::size_t i = 0; i < hit_count; ++i)
      if (hits[i].signed_distance_m <= 0.0 && presences.of(hits[i].area) == nullptr)
        begin(presences, hits[i], step, world, emit);
    if (!step.first() && !free_way) find_forbidden_between(presences, step, world, emit);
    // An edge at the very instant of this fix: a timer comes before later samples only.
    at_window_edge(presences, step.to_time, step.to, world, emit);
    return nearest;
  }

  /// Another sample at the place of the last update would change nothing: the vehicle is in, and clearly so, whatever
  /// there is.
  static bool is_settled(const Presences& presences) noexcept {
    bool settled = !presences.full();
    presences.for_each([&](const Presence& p) { settled = settled && p.phase == Presence::Phase::inside; });
    return settled;
  }

  /// A zone's rule began or ended while the vehicle was in it.
  void at_window_edge(Presences& presences, TimeUtc edge, geo::LocalPoint place, const World& world,
                      Emit& emit) const noexcept {
    presences.for_each([&](Presence& p) {
      if (p.phase == Presence::Phase::inside && !is_site(p.area, world)) cross_window_edge(p, edge, place, world, emit);
    });
  }

  /// The vehicle turned up so far away that the registry's frame no longer holds: it has left everything.
  void leave_all(Presences& presences, geo::LocalPoint last_place, TimeUtc last_time, TimeUtc now, const World& world,
                 Emit& emit) const noexcept {
    presences.for_each([&](Presence& p) {
      const bool seen = p.phase == Presence::Phase::leaving;
      const CrossingTime when = seen ? p.crossed : CrossingTime{last_time, last_time, now};
      if (p.is_inside() && p.announced)
        announce_left(p, Moment{when, seen ? p.crossed_at() : last_place, false, true}, world, emit);
      p = {};
    });
  }

 private:
  struct Moment {
    CrossingTime when;
    geo::LocalPoint place;
    bool between_fixes = false;
    bool inferred = false;
  };

  static bool is_site(geo::AreaIndex area, const World& world) noexcept { return area < world.registry.sites().size(); }
  static const registry::Zone& zone_of(geo::AreaIndex area, const World& world) noexcept {
    return world.registry.zones()[area - world.registry.sites().size()];
  }
  static double signed_distance(geo::AreaIndex area, const std::array<geo::AreaHit, presence_slots>& hits,
                                std::size_t count, const geo::PlaceIndex& places, geo::LocalPoint at) noexcept {
    for (std::size_t i = 0; i < count; ++i)
      if (hits[i].area == area) return hits[i].signed_distance_m;
    return count == hits.size() ? places.signed_distance(area, at) : geo::PlaceIndex::band_m;
  }

  [[nodiscard]] double margin_m(const Step& step) const noexcept {
    return std::min(std::max(options_.leave_margin.value(), 2.0 * step.sigma_m), geo::PlaceIndex::band_m);
  }
  [[nodiscard]] double certain_m(const Step& step) const noexcept {
    return std::max(options_.certain.value(), 3.0 * step.sigma_m);
  }
  /// What noise alone hardly does.
  static double clear_m(const Step& step) noexcept { return std::max(2.0 * step.sigma_m, 5.0); }

  [[nodiscard]] bool is_sparse(Milliseconds step) const noexcept { return step > options_.sparse_after; }

  void begin(Presences& presences, const geo::AreaHit& hit, const Step& step, const World& world,
             Emit& emit) const noexcept {
    if (presences.full()) return;
    presences.begin([&](Presence& p) {
      p.area = hit.area;
      p.phase = Presence::Phase::entering;
      p.first_fix = step.to_time;
      p.entry_inferred = step.first() || is_sparse(step.duration());
      note_crossing(p, step, world);
      witness(p, -hit.signed_distance_m);
      if (is_confirmed(p, step)) enter(p, step, world, emit);
    });
  }

  void advance(Presence& p, double signed_m, const Step& step, const World& world, Emit& emit) const noexcept {
    if (signed_m <= 0.0) {
      advance_inside(p, signed_m, step, world, emit);
    } else {
      advance_outside(p, signed_m, step, world, emit);
    }
  }

  void advance_inside(Presence& p, double signed_m, const Step& step, const World& world, Emit& emit) const noexcept {
    if (p.phase == Presence::Phase::entering) {
      witness(p, -signed_m);
      if (is_confirmed(p, step)) enter(p, step, world, emit);
    } else if (p.phase == Presence::Phase::leaving) {
      p.phase = Presence::Phase::inside;
      if (!is_site(p.area, world)) catch_up_windows(p, p.crossed.time(), step.to_time, step.to, world, emit);
    }
  }

  void advance_outside(Presence& p, double signed_m, const Step& step, const World& world, Emit& emit) const noexcept {
    if (p.phase == Presence::Phase::entering) {
      brief_visit(p, step, world, emit);
      return;
    }
    if (p.phase == Presence::Phase::inside) {
      p.phase = Presence::Phase::leaving;
      p.witnesses = 0;
      p.deepest_m = 0;
      note_crossing(p, step, world);
    }
    if (signed_m < margin_m(step)) return;
    witness(p, signed_m);
    if (is_confirmed(p, step)) leave(p, world, emit);
  }

  static void witness(Presence& p, double depth_m) noexcept {
    if (p.witnesses < 255) ++p.witnesses;
    p.deepest_m = std::max(p.deepest_m, static_cast<std::uint8_t>(std::clamp(depth_m, 0.0, 255.0)));
  }

  [[nodiscard]] bool is_confirmed(const Presence& p, const Step& step) const noexcept {
    return p.witnesses >= options_.confirm_fixes || static_cast<double>(p.deepest_m) >= certain_m(step);
  }

  /// The first fix on the new side: when and where was the fence crossed last?
  void note_crossing(Presence& p, const Step& step, const World& world) const noexcept {
    const bool entering = p.phase == Presence::Phase::entering;
    double fraction = entering ? 1.0 : 0.0;
    if (!step.first()) {
      world.registry.places().for_each_area_crossed(step.from, step.to, [&](const geo::AreaCrossing& crossing) {
        if (crossing.area == p.area) fraction = entering ? crossing.enters : crossing.leaves;
      });
    }
    const geo::LocalPoint place = step.place_at(fraction);
    p.east_m = static_cast<float>(place.x);
    p.north_m = static_cast<float>(place.y);
    p.crossed = CrossingTime{step.from_time, crossing_time(step, fraction, entering), step.to_time};
  }

  [[nodiscard]] TimeUtc crossing_time(const Step& step, double fraction, bool entering) const noexcept {
    if (step.first()) return step.to_time;
    return is_sparse(step.duration()) ? time_by_speed(step, fraction, entering) : step.time_at(fraction);
  }

  /// In a silence the vehicle hardly drove evenly: it drove to the fence, or from it, at a truck's pace and stood for
  /// the rest.
  static TimeUtc time_by_speed(const Step& step, double fraction, bool entering) noexcept {
    constexpr double usual = 10.0;
    const double length = geo::distance(step.from, step.to);
    const double pace = std::max(usual, length / seconds(step.duration()));
    const Milliseconds drive = milliseconds((entering ? fraction : 1.0 - fraction) * length / pace);
    return entering ? std::min(step.from_time + drive, step.to_time) : std::max(step.to_time - drive, step.from_time);
  }

  void enter(Presence& p, const Step& step, const World& world, Emit& emit) const noexcept {
    p.phase = Presence::Phase::inside;
    announce_entered(p, step.to_time, step.to, world, emit);
  }

  /// The confirmation may come a few fixes after the entry: window's edges up to `until` may lie between the two.
  void announce_entered(Presence& p, TimeUtc until, geo::LocalPoint place, const World& world,
                        Emit& emit) const noexcept {
    const Moment moment{p.crossed, p.crossed_at(), false, p.entry_inferred};
    if (is_site(p.area, world)) {
      p.announced = true;
      emit_site(p, EventKind::site_entered, moment, world, emit);
      return;
    }
    if (zone_of(p.area, world).windows.holds_at(p.crossed.time())) {
      p.announced = true;
      emit_zone(p, EventKind::zone_entered, moment, world, emit);
    }
    catch_up_windows(p, p.crossed.time(), until, place, world, emit);
  }

  static void catch_up_windows(Presence& p, TimeUtc after, TimeUtc until, geo::LocalPoint place, const World& world,
                               Emit& emit) noexcept {
    const registry::DailyWindows& windows = zone_of(p.area, world).windows;
    for (auto edge = windows.next_change_after(after); edge && *edge <= until; edge = windows.next_change_after(*edge))
      cross_window_edge(p, *edge, place, world, emit);
  }

  static void cross_window_edge(Presence& p, TimeUtc edge, geo::LocalPoint place, const World& world,
                                Emit& emit) noexcept {
    const bool holds = zone_of(p.area, world).windows.holds_at(edge);
    if (holds == p.announced) return;
    if (holds) p.first_fix = edge;
    emit_zone(p, holds ? EventKind::zone_entered : EventKind::zone_left,
              Moment{CrossingTime{edge, edge, edge}, place, false, false}, world, emit);
    p.announced = holds;
  }

  void leave(Presence& p, const World& world, Emit& emit) const noexcept {
    if (p.announced)
      announce_left(p, Moment{p.crossed, p.crossed_at(), false, is_sparse(p.crossed.step())}, world, emit);
    p = {};
  }

  static void announce_left(const Presence& p, const Moment& moment, const World& world, Emit& emit) noexcept {
    if (is_site(p.area, world)) {
      emit_site(p, EventKind::site_left, moment, world, emit);
    } else {
      emit_zone(p, EventKind::zone_left, moment, world, emit);
    }
  }

  /// In by too few fixes to be sure at the time, and out again: one that stood clearly inside was there.
  void brief_visit(Presence& p, const Step& step, const World& world, Emit& emit) const noexcept {
    if (static_cast<double>(p.deepest_m) >= clear_m(step)) {
      Presence left = p;
      left.phase = Presence::Phase::leaving;
      note_crossing(left, step, world);
      announce_entered(p, left.crossed.time(), left.crossed_at(), world, emit);
      left.announced = p.announced;
      left.first_fix = p.first_fix;
      leave(left, world, emit);
    }
    p = {};
  }

  void find_forbidden_between(Presences& presences, const Step& step, const World& world, Emit& emit) const noexcept {
    if (is_sparse(step.duration())) return;
    const std::size_t sites = world.registry.sites().size();
    world.registry.barriers().for_each_area_crossed(step.from, step.to, [&](geo::AreaCrossing crossing) {
      if (crossing.enters <= 0.0 || crossing.leaves >= 1.0 || !is_certain(crossing.area, step, world)) return;
      crossing.area = static_cast<geo::AreaIndex>(sites + world.registry.forbidden_zone(crossing.area));
      if (presences.of(crossing.area) == nullptr) announce_between(crossing, step, world, emit);
    });
  }

  /// The way leads through the area even with both fixes two sigma to the left, and to the right. So a narrow road that
  /// is crossed counts, and a corner that is cut does not.
  /// \param area of `Registry::barriers`
  static bool is_certain(geo::AreaIndex area, const Step& step, const World& world) noexcept {
    const geo::LocalPoint way = step.to - step.from;
    const geo::LocalPoint aside = (clear_m(step) / geo::norm(way)) * geo::LocalPoint{-way.y, way.x};
    for (const double side : {-1.0, 1.0}) {
      bool crossed = false;
      world.registry.barriers().for_each_area_crossed(
          step.from + side * aside, step.to + side * aside,
          [&](const geo::AreaCrossing& crossing) { crossed = crossed || crossing.area == area; });
      if (!crossed) return false;
    }
    return true;
  }

  static void announce_between(const geo::AreaCrossing& crossing, const Step& step, const World& world,
                               Emit& emit) noexcept {
    const registry::DailyWindows& windows = zone_of(crossing.area, world).windows;
    TimeUtc in = step.time_at(crossing.enters);
    TimeUtc out = step.time_at(crossing.leaves);
    if (!windows.holds_at(in)) {
      const auto opens = windows.next_change_after(in);
      if (!opens || *opens >= out) return;
      in = *opens;
    }
    if (const auto closes = windows.next_change_after(in); closes && *closes < out) out = *closes;
    Presence passing;
    passing.area = crossing.area;
    passing.first_fix = step.to_time;
    emit_zone(passing, EventKind::zone_entered,
              Moment{CrossingTime{step.from_time, in, step.to_time}, step.place_at(crossing.enters), true, true}, world,
              emit);
    emit_zone(passing, EventKind::zone_left,
              Moment{CrossingTime{step.from_time, out, step.to_time}, step.place_at(crossing.leaves), true, true},
              world, emit);
  }

  static void emit_site(const Presence& p, EventKind kind, const Moment& moment, const World& world,
                        Emit& emit) noexcept {
    const std::string_view id = world.registry.sites()[p.area].id;
    emit.event({kind, subject_of(world.vehicle, EpisodeKind::site_visit, id, p.first_fix), moment.when.time(),
                world.frame.to_lon_lat(moment.place), moment.inferred},
               SiteVisit{id});
  }

  static void emit_zone(const Presence& p, EventKind kind, const Moment& moment, const World& world,
                        Emit& emit) noexcept {
    const registry::Zone& zone = zone_of(p.area, world);
    emit.event(
        {kind, subject_of(world.vehicle, EpisodeKind::zone_visit, zone.id, p.first_fix), moment.when.time(),
         world.frame.to_lon_lat(moment.place), moment.inferred},
        ZoneVisit{zone.id, name_of(zone.rule), moment.between_fixes, moment.when.earliest(), moment.when.latest()});
  }

  PresenceOptions options_;
};

}  // namespace haulwatch::detect
