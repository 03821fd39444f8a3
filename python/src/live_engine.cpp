#include "live_engine.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace haulwatch::python {

namespace {

constexpr TimeUtc end_of_time{Milliseconds{std::numeric_limits<std::int64_t>::max()}};

EngineOptions engine_options(const io::Settings& settings, const LiveOptions& options) {
  EngineOptions engine;
  engine.front = settings.front;
  if (options.lateness) engine.front.order.lateness = *options.lateness;
  engine.journal.horizon = options.journal;
  // Events wait here and not in the engine, so that a checkpoint has them.
  engine.delivery = Delivery::immediate;
  engine.tracks = options.tracks;
  return engine;
}

}  // namespace

LiveEngine::LiveEngine(std::shared_ptr<const registry::Registry> registry, io::Settings settings, LiveOptions options)
    : registry_{registry},
      settings_{settings},
      options_{options},
      tracks_{std::make_shared<OutTable>(empty_tracks())},
      fleet_{registry},
      engine_{std::move(registry), default_chain(settings.detect), engine_options(settings, options), *this} {}

LiveEngine::LiveEngine(const EngineCheckpoint& checkpoint)
    : LiveEngine{checkpoint.registry, checkpoint.settings, checkpoint.options} {
  for (const auto& [name, state] : checkpoint.vehicles) engine_.restore(engine_.vehicle(name), state);
  for (const Event& event : checkpoint.pending->copies()) events_->add(event);
  fleet_.restore(checkpoint.fleet);
  counts_before_ = checkpoint.counts;
  released_ = checkpoint.released;
  finished_ = checkpoint.finished;
}

std::uint64_t LiveEngine::push(FixTable& table) {
  if (finished_) throw Error{"the engine was told that the log has ended"};
  std::uint64_t bad = 0;
  std::vector<Fix> fixes;
  std::vector<std::int64_t> rows;
  for (std::int64_t row = 0;
       table.read(row, FixTable::batch, names_, fixes, rows, [&](const BadTableRow& /*row*/) { ++bad; });) {
    while (inside_.size() < names_.size())
      inside_.push_back(engine_.vehicle(names_.name(VehicleIndex{static_cast<std::uint32_t>(inside_.size())})));
    for (Fix& fix : fixes) {
      fix.vehicle = inside_[static_cast<std::size_t>(fix.vehicle)];
      fix.record = record_++;
    }
    engine_.push(fixes);
  }
  counts_before_.add(Verdict::bad_row, bad);
  return bad;
}

void LiveEngine::tick(TimeUtc now) {
  engine_.advance({now});
  released_ = std::max(released_, bound_at(now));
}

void LiveEngine::finish() {
  if (!finished_) engine_.finish();
  finished_ = true;
}

TimeUtc LiveEngine::bound_at(TimeUtc now) const {
  TimeUtc bound = now - engine_options(settings_, options_).front.order.lateness;
  for (std::uint32_t i = 0; i < engine_.vehicle_count(); ++i) {
    const TimeUtc oldest = engine_.oldest_waiting(VehicleIndex{i});
    if (oldest != no_time) bound = std::min(bound, oldest);
  }
  return bound;
}

std::shared_ptr<const EventList> LiveEngine::take_events() {
  const TimeUtc bound = finished_ || options_.delivery == Delivery::immediate ? end_of_time : released_;
  auto all = std::make_shared<EventList>();
  const auto take = [&](const Event& event) { all->add(event); };
  const std::shared_ptr<const EventList> ready = events_->take_before(bound);
  for (const Event& event : ready->copies()) fleet_.on_event(event, take);
  fleet_.complete_before(bound, take);
  return all;
}

std::shared_ptr<const OutTable> LiveEngine::take_tracks() {
  return std::exchange(tracks_, std::make_shared<OutTable>(empty_tracks()));
}

VerdictCounts LiveEngine::counts() const noexcept {
  VerdictCounts all = counts_before_;
  all += engine_.counts();
  return all;
}

EngineCheckpoint LiveEngine::checkpoint() const {
  EngineCheckpoint copy;
  copy.registry = registry_;
  copy.settings = settings_;
  copy.options = options_;
  for (std::uint32_t i = 0; i < engine_.vehicle_count(); ++i)
    copy.vehicles.emplace_back(engine_.name(VehicleIndex{i}), engine_.save(VehicleIndex{i}));
  auto pending = std::make_shared<EventList>();
  for (const Event& event : events_->copies()) pending->add(event);
  copy.pending = std::move(pending);
  copy.fleet = fleet_.save();
  copy.counts = counts();
  copy.released = released_;
  copy.finished = finished_;
  return copy;
}

}  // namespace haulwatch::python
