#include <haulwatch/scoring/kind_rule.hpp>

#include <array>

namespace haulwatch::scoring {
namespace {

using namespace literals;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Half of the union is what event-based scoring commonly asks (Mesaros, Heittola, Virtanen 2016, Metrics for Polyphonic
// Sound Event Detection). 100 m is half a truck and the worst multipath of a street; a heap seen from 200 m is found.
constexpr std::array<KindRule, 16> rules{{
    {"stop", "stop_started", "stop_ended", InTime::intersection_over_union, SameObject::not_asked, 0.5, {}, 100_m},
    {"dump", "dump_suspected", {}, InTime::overlap, SameObject::not_asked, 0.0, minutes{1}, 200_m},
    {"trip", "trip_started", "trip_ended", InTime::both_ends, SameObject::both_sites, 0.0, minutes{5}},
    {"route_deviation", "route_left", "route_rejoined", InTime::intersection_over_union, SameObject::not_asked},
    {"silence", "signal_lost", "signal_restored", InTime::intersection_over_union, SameObject::not_asked},
    {"alarm", "alarm_opened", "alarm_closed", InTime::intersection_over_union, SameObject::object_and_qualifier},
    {"lead", "lead_opened", "lead_closed", InTime::any_time, SameObject::not_asked, 0.0, {}, 100_m},
    {"site_entered", "site_entered", {}, InTime::instant, SameObject::object, 0.0, seconds{60}},
    {"site_left", "site_left", {}, InTime::instant, SameObject::object, 0.0, seconds{60}},
    {"zone_entered", "zone_entered", {}, InTime::instant, SameObject::object, 0.0, seconds{60}},
    {"zone_left", "zone_left", {}, InTime::instant, SameObject::object, 0.0, seconds{60}},
    {"gate_crossed", "gate_crossed", {}, InTime::instant, SameObject::object_and_qualifier, 0.0, seconds{60}},
    {"overspeed_started", "overspeed_started", {}, InTime::instant, SameObject::object, 0.0, seconds{60}},
    {"overspeed_ended", "overspeed_ended", {}, InTime::instant, SameObject::object, 0.0, seconds{60}},
    {"sensor_sick", "sensor_sick", {}, InTime::instant, SameObject::object, 0.0, hours{72}},
    {"identity_suspected", "identity_suspected", {}, InTime::instant, SameObject::object_and_qualifier, 0.0, hours{72}},
}};

}  // namespace

std::span<const KindRule> kind_rules() noexcept {
  return rules;
}

KindRule rule_of_other_kinds(std::string_view kind) noexcept {
  return {kind, kind, {}, InTime::instant, SameObject::object_and_qualifier, 0.0, minutes{5}};
}

}  // namespace haulwatch::scoring
