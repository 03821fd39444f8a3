#include <haulwatch/engine/same_telling.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

namespace haulwatch {

namespace {

/// To that many decimals; what is not finite is written as null, so it is all the same.
template <int Decimals>
bool alike(double a, double b) noexcept {
  constexpr double steps = Decimals == 7 ? 1e7 : Decimals == 3 ? 1e3 : 10.0;
  if (!std::isfinite(a) || !std::isfinite(b)) return std::isfinite(a) == std::isfinite(b);
  return std::nearbyint(a * steps) == std::nearbyint(b * steps);
}
bool metric(float a, float b) noexcept {
  return alike<1>(static_cast<double>(a), static_cast<double>(b));
}
bool metric(Reading a, Reading b) noexcept {
  if (!a.has_value() || !b.has_value()) return a.has_value() == b.has_value();
  return metric(a.value(), b.value());
}
bool weight(float a, float b) noexcept {
  return alike<3>(static_cast<double>(a), static_cast<double>(b));
}
bool place(const std::optional<LonLat>& a, const std::optional<LonLat>& b) noexcept {
  if (!a || !b) return a.has_value() == b.has_value();
  return alike<7>(a->lon, b->lon) && alike<7>(a->lat, b->lat);
}
bool reasons(const Reasons& a, const Reasons& b) noexcept {
  return std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end(),
                    [](const Reason& x, const Reason& y) {
                      return x.evidence == y.evidence && weight(x.value, y.value) && weight(x.weight, y.weight);
                    });
}

// A new kind of details needs a line of its own here: what of it a reader would see change.
bool same(const SiteVisit& a, const SiteVisit& b) noexcept {
  return a.site == b.site;
}
bool same(const ZoneVisit& a, const ZoneVisit& b) noexcept {
  return a.zone == b.zone && a.rule == b.rule && a.between_fixes == b.between_fixes && a.earliest == b.earliest &&
         a.latest == b.latest;
}
bool same(const GateCrossing& a, const GateCrossing& b) noexcept {
  return a.gate == b.gate && a.direction == b.direction && a.earliest == b.earliest && a.latest == b.latest;
}
bool same(const Overspeed& a, const Overspeed& b) noexcept {
  return metric(a.limit_mps, b.limit_mps) && metric(a.max_speed_mps, b.max_speed_mps) && a.zone == b.zone;
}
bool same(const Stop& a, const Stop& b) noexcept {
  return a.start == b.start && a.end == b.end && metric(a.radius_m, b.radius_m) && a.site == b.site &&
         a.purpose == b.purpose;
}
bool same(const Silence& a, const Silence& b) noexcept {
  return a.start == b.start && a.end == b.end && metric(a.gap_m, b.gap_m);
}
bool same(const RouteDeviation& a, const RouteDeviation& b) noexcept {
  return a.route == b.route && a.start == b.start && a.end == b.end && metric(a.max_distance_m, b.max_distance_m) &&
         metric(a.path_m, b.path_m) && a.permit == b.permit;
}
bool same(const DumpSuspicion& a, const DumpSuspicion& b) noexcept {
  return a.start == b.start && a.end == b.end && weight(a.score, b.score) && reasons(a.reasons, b.reasons) &&
         a.stop == b.stop && a.origin == b.origin && a.permit == b.permit;
}
bool same(const Trip& a, const Trip& b) noexcept {
  return a.origin == b.origin && a.destination == b.destination && a.loaded_at == b.loaded_at &&
         a.unloaded_at == b.unloaded_at && a.permit == b.permit && a.manifest == b.manifest &&
         metric(a.distance_m, b.distance_m) && a.faults == b.faults;
}
bool same(const QuotaExcess& a, const QuotaExcess& b) noexcept {
  return a.permit == b.permit && a.loads == b.loads && a.max_loads == b.max_loads && a.trip == b.trip;
}

bool same(const UnmatchedManifest& a, const UnmatchedManifest& b) noexcept {
  return a.manifest == b.manifest && a.reason == b.reason;
}
bool same(const UnmatchedLoad& a, const UnmatchedLoad& b) noexcept {
  return a.trip == b.trip && a.reason == b.reason;
}
bool same(const TerminalFinding& a, const TerminalFinding& b) noexcept {
  const auto alike_each = [](const Measure& x, const Measure& y) {
    return x.name == y.name && alike<3>(x.value, y.value);
  };
  return a.sensor == b.sensor && a.sign == b.sign && a.cure == b.cure && a.other == b.other &&
         std::equal(a.values.list().begin(), a.values.list().end(), b.values.list().begin(), b.values.list().end(),
                    alike_each);
}
bool same(const TrackJump& a, const TrackJump& b) noexcept {
  return a.start == b.start && a.end == b.end && metric(a.gap_m, b.gap_m) && place(a.from, b.from);
}

}  // namespace

bool same_telling(const Event& a, const Event& b) noexcept {
  if (a.kind != b.kind || a.id != b.id || a.vehicle != b.vehicle || a.time != b.time || a.detected != b.detected ||
      a.inferred != b.inferred || a.retracted != b.retracted || !place(a.place, b.place))
    return false;
  return std::visit(
      []<class A, class B>(const A& x, const B& y) {
        if constexpr (std::is_same_v<A, B>) return same(x, y);
        return false;
      },
      a.details, b.details);
}

}  // namespace haulwatch
