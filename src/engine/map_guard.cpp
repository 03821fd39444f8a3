#include <haulwatch/engine/map_guard.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace haulwatch {
namespace {

/// Behind all that a vehicle's own chain says at one moment.
constexpr std::uint32_t first_sequence = 0xC000'0000U;

}  // namespace

MapGuard::MapGuard(std::shared_ptr<const registry::Registry> registry, MapGuardOptions options, Take take)
    : registry_{std::move(registry)}, options_{options}, take_{std::move(take)} {
  if (registry_->sites().empty()) map_ = Map::right;
}

void MapGuard::on_event(const Event& event) {
  const bool waits = map_ == Map::unknown;
  if (waits) {
    held_.push_back(event);
  } else {
    pass_found_before(&event);
  }
  if (event.kind == EventKind::stop_ended && event.place && !registry_->sites().empty()) note_stop(event);
  if (!waits) return pass(event);
  if (map_ != Map::unknown || held_.size() >= options_.most_held) release();
}

void MapGuard::finish() {
  release();
  pass_found_before(nullptr);
}

void MapGuard::note_stop(const Event& event) {
  const auto* stop = std::get_if<Stop>(&event.details);
  if (stop == nullptr || event.revision > 0 || stop->start == no_time || stop->end - stop->start < options_.min_stop)
    return;
  Vehicle& vehicle = vehicles_[event.vehicle];
  const auto hits = detect::MapShiftCounts::hits(*event.place, *registry_);
  vehicle.counts.add(hits);
  if (map_ == Map::right) return judge_vehicle(event, event.vehicle, vehicle);
  if (map_ == Map::shifted) return;
  fleet_.add(
      static_cast<detect::MapShiftCounts::Hits>(hits & vehicle.counts.counted_at_most(options_.shift.most_of_one)));
  judge_fleet(event);
  if (map_ != Map::right) return;
  for (auto& [name, each] : vehicles_) judge_vehicle(event, name, each);
}

void MapGuard::judge_fleet(const Event& event) {
  const auto shift = fleet_.verdict(options_.shift.min_stops, options_.shift.margin);
  if (!shift) return;
  // One terminal that sends shifted places is no proof against the map: the others' stops have to agree.
  const auto speaking = std::count_if(vehicles_.begin(), vehicles_.end(),
                                      [&](const auto& v) { return v.second.counts.in_site(*shift) > 0; });
  if (*shift != geo::MapShift::none && vehicles_.size() > 1 && speaking < 2) return;
  map_ = *shift == geo::MapShift::none ? Map::right : Map::shifted;
  if (map_ == Map::shifted) held_.push_back(finding_of(event, {}, *shift, fleet_));
}

void MapGuard::judge_vehicle(const Event& event, std::string_view name, Vehicle& vehicle) {
  if (vehicle.shifted) return;
  const auto shift = vehicle.counts.verdict(options_.shift.min_stops_of_one, options_.shift.margin);
  if (!shift || *shift == geo::MapShift::none) return;
  vehicle.shifted = true;
  // While events are held it finds its place among them.
  (held_.empty() ? found_ : held_).push_back(finding_of(event, name, *shift, vehicle.counts));
}

Event MapGuard::finding_of(const Event& proof, std::string_view vehicle, geo::MapShift shift,
                           const detect::MapShiftCounts& counts) {
  Event event;
  event.kind = EventKind::map_shift_suspected;
  event.registry = proof.registry;
  event.sequence = first_sequence + told_++;
  event.subject = subject_of(vehicle, EpisodeKind::map_shift, geo::name_of(shift), proof.time);
  event.id = event_id_of(event.subject, event.kind);
  event.vehicle = vehicle;
  event.time = proof.time;
  event.detected = proof.detected;
  TerminalFinding finding;
  finding.sign = geo::name_of(shift);
  if (vehicle.empty()) finding.cure = geo::cure_of(shift, options_.tracks_read_as, options_.registry_read_as);
  finding.values.add("stops", counts.stops())
      .add("in_sites", counts.in_site(geo::MapShift::none))
      .add("in_sites_if_shifted", counts.in_site(shift));
  event.details = finding;
  return event;
}

/// What was held goes on, in order; the finding that was put behind it finds its place.
void MapGuard::release() {
  if (map_ == Map::unknown) map_ = Map::right;
  std::stable_sort(held_.begin(), held_.end(), happens_before);
  for (const Event& event : std::exchange(held_, {})) {
    pass_found_before(&event);
    pass(event);
  }
}

void MapGuard::pass_found_before(const Event* event) {
  while (!found_.empty() && (event == nullptr || happens_before(found_.front(), *event))) {
    take_(found_.front());
    found_.erase(found_.begin());
  }
}

void MapGuard::pass(const Event& event) {
  if (event.kind == EventKind::dump_suspected && !may_accuse(event)) {
    ++withheld_;
    return;
  }
  take_(event);
}

/// What was let through once is revised and taken back like any other.
bool MapGuard::may_accuse(const Event& event) {
  if (accused_.contains(event.id)) return true;
  const auto vehicle = vehicles_.find(event.vehicle);
  if (map_ == Map::shifted || (vehicle != vehicles_.end() && vehicle->second.shifted)) return false;
  accused_.insert(event.id);
  return true;
}

}  // namespace haulwatch
