#include <haulwatch/simulation/terminal_fault.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace haulwatch::simulation {
namespace {

/// 1,024 weeks: the week number of GPS has 10 bits.
constexpr Milliseconds week_rollover = std::chrono::weeks{1024};

constexpr std::array<std::string_view, sensor_count> sensor_names{"ignition", "body_lift", "cover_closed", "load"};
constexpr std::array<std::string_view, 6> sensor_signs{"",         "falls_silent", "never_changes",
                                                       "inverted", "flickers",     "contradicts"};
constexpr std::array<std::string_view, 5> clock_signs{"", "offset", "jump", "week_rollover", "local_time"};
constexpr std::array<std::string_view, 4> identity_signs{"", "shared_id", "second_id", "swapped_id"};

TimeUtc within(TimeSpan run, double share) {
  return run.from + milliseconds(share * seconds(run.to - run.from));
}

/// Half of what is wrong was so before the run began, half of it is still so when the run ends.
TimeSpan lasting_span(TimeSpan run, Random& random) {
  const double begin = random.uniform(-0.5, 0.5);
  const double end = random.uniform(0.6, 1.4);
  return {within(run, std::max(0.0, begin)), within(run, std::min(1.0, end))};
}

/// A few hours somewhere in the run.
TimeSpan passing_span(TimeSpan run, Random& random) {
  const TimeUtc from = within(run, random.uniform(0.0, 0.8));
  return {from, std::min(run.to, from + milliseconds(random.uniform(1800.0, 14400.0)))};
}

SensorFault plan_sensor(const SensorDoses& doses, Random random, TimeSpan run) {
  SensorFault fault;
  fault.absent = random.chance(doses.absent.value);
  double left = random.uniform();
  const std::array shares{doses.dead, doses.stuck, doses.inverted, doses.flickering, doses.contradicting};
  for (std::size_t i = 0; i < shares.size() && fault.sickness == SensorSickness::none; ++i)
    if ((left -= shares[i].value) < 0.0) fault.sickness = static_cast<SensorSickness>(i + 1);
  if (fault.sickness != SensorSickness::none) fault.span = lasting_span(run, random);
  return fault;
}

Milliseconds either_way(Range range, Random& random) {
  const double size = random.uniform(range.low, range.high);
  return milliseconds(random.chance(0.5) ? size : -size);
}

ClockFault plan_clock(const FaultDoses& doses, Random random, TimeSpan run) {
  double left = random.uniform();
  if ((left -= doses.clock_offset.value) < 0.0)
    return {ClockSickness::offset, run, either_way(doses.clock_offset_s, random)};
  if ((left -= doses.clock_jump.value) < 0.0)
    return {ClockSickness::jump, passing_span(run, random), either_way(doses.clock_jump_s, random)};
  if ((left -= doses.week_rollover.value) < 0.0)
    return {ClockSickness::week_rollover, lasting_span(run, random), -week_rollover};
  if (left < doses.local_time.value)
    return {ClockSickness::local_time, lasting_span(run, random), milliseconds(doses.utc_offset_h * 3600.0)};
  return {};
}

TimeSpan jammer(Share share, Random random, TimeSpan run) {
  return random.chance(share.value) ? passing_span(run, random) : TimeSpan{};
}

void pair_up(std::vector<VehicleIdentity>& all, std::uint32_t a, std::uint32_t b, IdentityMixUp mix_up, TimeSpan span) {
  all[a] = {.mix_up = mix_up, .span = span, .other = b};
  all[b] = {.mix_up = mix_up, .span = span, .other = a};
  switch (mix_up) {
    case IdentityMixUp::shared_id:
      all[b].reports_as_itself = false;
      all[b].reports_as_other = true;
      break;
    case IdentityMixUp::second_id:
      all[a].reports_as_other = true;
      all[b].reports_as_itself = false;
      break;
    case IdentityMixUp::swapped_id:
      for (const std::uint32_t each : {a, b}) {
        all[each].reports_as_itself = false;
        all[each].reports_as_other = true;
      }
      break;
    case IdentityMixUp::none:
      break;
  }
}

/// Labels of one vehicle.
class Labels {
 public:
  Labels(std::vector<FaultLabel>& all, std::uint32_t vehicle) : all_{all}, vehicle_{vehicle} {}

  void add(std::string_view kind, std::string_view sensor, std::string_view sign, TimeSpan span) {
    if (span.from < span.to) all_.push_back({vehicle_, kind, sensor, sign, span.from, span.to, std::nullopt});
  }
  /// Two under one name cannot know the other's.
  void add(const VehicleIdentity& identity) {
    add("identity_suspected", "", identity_signs[static_cast<std::size_t>(identity.mix_up)], identity.span);
    const bool named = identity.mix_up == IdentityMixUp::second_id || identity.mix_up == IdentityMixUp::swapped_id;
    if (named && identity.span.from < identity.span.to) all_.back().other = identity.other;
  }
  /// Walks the spans that begin before `until`. \param end of the run, with which they end
  void add_before(std::string_view kind, std::string_view sensor, std::string_view sign, RandomSpans& spans,
                  TimeUtc until, TimeUtc end) {
    for (; spans.span().from < until; spans.step())
      add(kind, sensor, sign, {spans.span().from, std::min(end, spans.span().to)});
  }

 private:
  std::vector<FaultLabel>& all_;
  std::uint32_t vehicle_;
};

void label_faults(const TerminalFaults& faults, Labels& labels) {
  for (std::size_t i = 0; i < sensor_count; ++i) {
    const SensorFault& fault = faults.sensors[i];
    if (!fault.absent)
      labels.add("sensor_sick", sensor_names[i], sensor_signs[static_cast<std::size_t>(fault.sickness)], fault.span);
  }
  labels.add("sensor_sick", "speed", "never_changes", faults.speed_jammer);
  labels.add("sensor_sick", "position", "never_changes", faults.place_jammer);
  labels.add("clock_suspected", "", clock_signs[static_cast<std::size_t>(faults.clock.sickness)], faults.clock.span);
  labels.add("map_shift_suspected", "", "gcj02", faults.gcj02);
}

}  // namespace

TerminalFaults plan_faults(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicle, TimeSpan run) {
  TerminalFaults faults;
  const std::array doses{&profile.ignition, &profile.body_lift, &profile.cover, &profile.load};
  for (std::size_t i = 0; i < sensor_count; ++i)
    faults.sensors[i] = plan_sensor(*doses[i], Random::stream(seed, sensor_names[i], vehicle), run);
  faults.clock = plan_clock(profile.faults, Random::stream(seed, "clock", vehicle), run);
  faults.speed_jammer = jammer(profile.faults.speed_jammer, Random::stream(seed, "speed jammer", vehicle), run);
  faults.place_jammer = jammer(profile.faults.place_jammer, Random::stream(seed, "place jammer", vehicle), run);
  if (Random::stream(seed, "gcj02", vehicle).chance(profile.faults.gcj02.value)) faults.gcj02 = run;
  return faults;
}

std::vector<VehicleIdentity> plan_identities(const FaultDoses& doses, std::uint64_t seed, std::uint32_t vehicles,
                                             TimeSpan run) {
  std::vector<VehicleIdentity> all(vehicles);
  Random random = Random::stream(seed, "identities");
  std::vector<std::uint32_t> order(vehicles);
  for (std::uint32_t i = 0; i < vehicles; ++i) order[i] = i;
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.whole(i)]);
  // Both of a pair are mixed up, so half as many pairs as the share of vehicles.
  std::size_t next = 0;
  for (const auto& [share, mix_up] :
       {std::pair{doses.shared_id, IdentityMixUp::shared_id}, std::pair{doses.second_id, IdentityMixUp::second_id},
        std::pair{doses.swapped_id, IdentityMixUp::swapped_id}}) {
    const double exact = share.value * vehicles / 2.0;
    auto pairs = static_cast<std::size_t>(exact);
    if (random.chance(exact - static_cast<double>(pairs))) ++pairs;
    for (; pairs > 0 && next + 1 < order.size(); --pairs, next += 2)
      pair_up(all, order[next], order[next + 1], mix_up, lasting_span(run, random));
  }
  return all;
}

bool keeps_reports(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle) noexcept {
  return Random::stream(seed, "keeps reports", vehicle).chance(doses.keeps_reports.value);
}

Unheard plan_unheard(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicle) noexcept {
  const bool repeats = Random::stream(seed, "blind", vehicle).chance(profile.places.repeats_place_when_blind.value);
  return {.in_tunnels = !repeats, .without_network = !keeps_reports(profile.uplink, seed, vehicle)};
}

RandomSpans outages_of(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start) {
  return {doses.outages, Random::stream(seed, "outages", vehicle), start};
}

RandomSpans deaths_of(const UplinkDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start) {
  return {doses.deaths, Random::stream(seed, "deaths", vehicle), start};
}

RandomSpans frozen_spans_of(const PlaceErrorDoses& doses, std::uint64_t seed, std::uint32_t vehicle, TimeUtc start) {
  return {doses.frozen, Random::stream(seed, "frozen", vehicle), start};
}

FaultLabels::FaultLabels(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicles, TimeSpan run)
    : end_{run.to} {
  const std::vector<VehicleIdentity> identities = plan_identities(profile.faults, seed, vehicles, run);
  recurring_.reserve(vehicles);
  for (std::uint32_t vehicle = 0; vehicle < vehicles; ++vehicle) {
    Labels labels{lasting_, vehicle};
    label_faults(plan_faults(profile, seed, vehicle, run), labels);
    labels.add(identities[vehicle]);
    UplinkDoses lossy = profile.uplink;
    if (keeps_reports(profile.uplink, seed, vehicle)) lossy.outages.per_day = 0.0;
    recurring_.push_back({frozen_spans_of(profile.places, seed, vehicle, run.from),
                          deaths_of(profile.uplink, seed, vehicle, run.from),
                          outages_of(lossy, seed, vehicle, run.from)});
  }
}

std::vector<FaultLabel> FaultLabels::before(TimeUtc until) {
  std::vector<FaultLabel> told = std::exchange(lasting_, {});
  until = std::min(until, end_);
  for (std::uint32_t vehicle = 0; vehicle < recurring_.size(); ++vehicle) {
    Labels labels{told, vehicle};
    labels.add_before("sensor_sick", "position", "never_changes", recurring_[vehicle].frozen, until, end_);
    labels.add_before("signal_lost", "", "terminal_dead", recurring_[vehicle].deaths, until, end_);
    labels.add_before("signal_lost", "", "no_network", recurring_[vehicle].outages, until, end_);
  }
  return told;
}

std::vector<FaultLabel> fault_labels(const TerminalProfile& profile, std::uint64_t seed, std::uint32_t vehicles,
                                     TimeSpan run) {
  std::vector<FaultLabel> all = FaultLabels{profile, seed, vehicles, run}.before(run.to);
  std::stable_sort(all.begin(), all.end(),
                   [](const FaultLabel& a, const FaultLabel& b) { return a.vehicle < b.vehicle; });
  return all;
}

}  // namespace haulwatch::simulation
