#include <haulwatch/haulwatch.h>

#include "ready_events.hpp"

#include <haulwatch/engine/default_pipeline.hpp>
#include <haulwatch/error.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/io/event_writer.hpp>
#include <haulwatch/io/registry_reader.hpp>
#include <haulwatch/registry/registry.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace haulwatch;

struct hw_pipeline {
  hw_pipeline(std::shared_ptr<const registry::Registry> registry, const PipelineOptions& options, std::size_t events)
      : ready{events}, pipeline{std::move(registry), default_chain(), options, ready} {}
  ~hw_pipeline() { ready.hold_any_number(); }

  c::ReadyEvents ready;
  std::string line;  ///< of whoever takes
  Pipeline pipeline;
};

struct hw_source {
  Source source;
  std::vector<Fix> fixes;
};

namespace {

thread_local std::string last_error;

/// No exception leaves for C. \returns what `call` does, or `otherwise` with the reason kept for `hw_error`
template <class Call, class Result>
Result guarded(Result otherwise, Call&& call) noexcept {
  try {
    return call();
  } catch (const std::exception& error) {
    try {
      last_error = error.what();
    } catch (...) {  // no memory for the text: the old one stays
    }
  } catch (...) {
    last_error.clear();
  }
  return otherwise;
}

TimeUtc time_of(std::int64_t ms) noexcept {
  return ms == HW_NO_TIME ? no_time : TimeUtc{Milliseconds{ms}};
}
std::int64_t ms_of(TimeUtc time) noexcept {
  return time == no_time ? HW_NO_TIME : time.time_since_epoch().count();
}
hw_text text_of(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

template <class Sensor>
Sensor sensor_of(std::uint8_t value, Sensor highest) noexcept {
  return value <= static_cast<std::uint8_t>(highest) ? static_cast<Sensor>(value) : Sensor{};
}

Fix fix_of(const hw_fix& from) noexcept {
  Fix fix;
  fix.time = time_of(from.time);
  fix.received = time_of(from.received);
  fix.position = {from.lon, from.lat};
  fix.odometer_m = from.odometer_m;
  fix.speed_mps = from.speed_mps;
  fix.heading_deg = from.heading_deg;
  fix.accuracy_m = from.accuracy_m;
  fix.hdop = from.hdop;
  fix.vehicle = VehicleIndex{from.vehicle};
  fix.record = from.record;
  fix.valid = sensor_of(from.valid, Sensed::yes);
  fix.sensors.ignition = sensor_of(from.ignition, Sensed::yes);
  fix.sensors.body_lift = sensor_of(from.body_lift, Sensed::yes);
  fix.sensors.cover_closed = sensor_of(from.cover_closed, Sensed::yes);
  fix.sensors.load = sensor_of(from.load, LoadReading::full);
  fix.backfill = from.backfill != 0;
  return fix;
}

hw_fix fix_of(const Fix& from) noexcept {
  constexpr float absent = std::numeric_limits<float>::quiet_NaN();
  hw_fix fix;
  hw_fix_init(&fix);
  fix.time = ms_of(from.time);
  fix.received = ms_of(from.received);
  fix.lon = from.position.lon;
  fix.lat = from.position.lat;
  fix.odometer_m = from.odometer_m;
  fix.speed_mps = from.speed_mps.value_or(absent);
  fix.heading_deg = from.heading_deg.value_or(absent);
  fix.accuracy_m = from.accuracy_m.value_or(absent);
  fix.hdop = from.hdop.value_or(absent);
  fix.vehicle = static_cast<std::uint32_t>(from.vehicle);
  fix.record = from.record;
  fix.valid = static_cast<std::uint8_t>(from.valid);
  fix.ignition = static_cast<std::uint8_t>(from.sensors.ignition);
  fix.body_lift = static_cast<std::uint8_t>(from.sensors.body_lift);
  fix.cover_closed = static_cast<std::uint8_t>(from.sensors.cover_closed);
  fix.load = static_cast<std::uint8_t>(from.sensors.load);
  fix.backfill = from.backfill ? 1 : 0;
  return fix;
}

/// What an event is about, by its kind.
struct ObjectOf {
  std::string_view operator()(const SiteVisit& e) const noexcept { return e.site; }
  std::string_view operator()(const ZoneVisit& e) const noexcept { return e.zone; }
  std::string_view operator()(const GateCrossing& e) const noexcept { return e.gate; }
  std::string_view operator()(const Overspeed& e) const noexcept { return e.zone; }
  std::string_view operator()(const Stop& e) const noexcept { return e.site; }
  std::string_view operator()(const RouteDeviation& e) const noexcept { return e.route; }
  std::string_view operator()(const Trip& e) const noexcept { return e.destination; }
  template <class Other>
  std::string_view operator()(const Other&) const noexcept {
    return {};
  }
};

hw_event event_of(const Event& from) noexcept {
  constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();
  hw_event event{};
  event.id = static_cast<std::uint64_t>(from.id);
  event.subject = static_cast<std::uint64_t>(from.subject);
  event.time = ms_of(from.time);
  event.detected = ms_of(from.detected);
  event.lon = from.place ? from.place->lon : nowhere;
  event.lat = from.place ? from.place->lat : nowhere;
  event.kind = text_of(name_of(from.kind));
  event.vehicle = text_of(from.vehicle);
  event.object = text_of(std::visit(ObjectOf{}, from.details));
  event.registry = from.registry;
  event.sequence = from.sequence;
  event.revision = from.revision;
  event.retracted = from.retracted ? 1 : 0;
  event.inferred = from.inferred ? 1 : 0;
  return event;
}

std::uint8_t load_of(LoadStatus load) noexcept {
  if (load == LoadStatus::unknown) return HW_NOT_REPORTED;
  return load == LoadStatus::loaded ? HW_FULL : HW_EMPTY;
}

PipelineOptions options_of(const hw_options& from) {
  PipelineOptions options;
  options.shards = from.shards;
  options.sources = from.sources;
  options.open_ticks = from.open_ticks;
  options.queue_capacity = from.queue_capacity;
  options.overflow = from.overflow == HW_BLOCK ? Overflow::block : Overflow::reject;
  options.engine.delivery = from.delivery == HW_IMMEDIATE ? Delivery::immediate : Delivery::ordered;
  if (from.log != nullptr)
    options.on_problem = [log = from.log, context = from.log_context](std::string_view text) {
      log(context, std::string{text}.c_str());
    };
  return options;
}

}  // namespace

const char* hw_version(void) {
  return HAULWATCH_VERSION;
}

const char* hw_error(void) {
  return last_error.c_str();
}

void hw_fix_init(hw_fix* fix) {
  constexpr float absent = std::numeric_limits<float>::quiet_NaN();
  *fix = hw_fix{};
  fix->time = HW_NO_TIME;
  fix->received = HW_NO_TIME;
  fix->odometer_m = -1.0;
  fix->speed_mps = fix->heading_deg = fix->accuracy_m = fix->hdop = absent;
}

void hw_options_init(hw_options* options) {
  const PipelineOptions defaults;
  *options = hw_options{};
  options->size = sizeof *options;
  options->shards = defaults.shards;
  options->sources = defaults.sources;
  options->open_ticks = defaults.open_ticks;
  options->queue_capacity = defaults.queue_capacity;
  options->event_capacity = 65536;
}

hw_pipeline* hw_pipeline_open(const char* registry_path, const hw_options* options) {
  return guarded(static_cast<hw_pipeline*>(nullptr), [&] {
    hw_options all;
    hw_options_init(&all);
    if (options != nullptr) {
      // A host that was compiled against fewer options leaves the others as they are.
      if (options->size < sizeof all.size || options->size > sizeof all)
        throw Error{"hw_options.size is not that of this library: call hw_options_init"};
      std::memcpy(&all, options, options->size);
    }
    const auto registry = registry_path == nullptr ? registry::Registry::none() : io::load_registry(registry_path);
    return new hw_pipeline{registry, options_of(all), all.event_capacity};
  });
}

hw_result hw_pipeline_finish(hw_pipeline* pipeline) {
  return guarded(HW_FAILED, [&] {
    pipeline->ready.hold_any_number();
    pipeline->pipeline.finish();
    return HW_OK;
  });
}

void hw_pipeline_close(hw_pipeline* pipeline) {
  if (pipeline == nullptr) return;
  pipeline->ready.hold_any_number();
  delete pipeline;
}

hw_source* hw_source_open(hw_pipeline* pipeline) {
  return guarded(static_cast<hw_source*>(nullptr), [&] { return new hw_source{pipeline->pipeline.open_source(), {}}; });
}

void hw_source_close(hw_source* source) {
  delete source;
}

hw_result hw_source_vehicle(hw_source* source, const char* name, size_t name_size, uint32_t* vehicle) {
  return guarded(HW_FAILED, [&] {
    const std::optional<VehicleIndex> number = source->source.vehicle({name, name_size});
    if (!number) return HW_FOREIGN;
    *vehicle = static_cast<std::uint32_t>(*number);
    return HW_OK;
  });
}

size_t hw_source_push(hw_source* source, const hw_fix* fixes, size_t count) {
  return guarded(std::size_t{0}, [&] {
    source->fixes.clear();
    for (std::size_t i = 0; i < count; ++i) source->fixes.push_back(fix_of(fixes[i]));
    return source->source.push(source->fixes);
  });
}

size_t hw_source_rejected(const hw_source* source, hw_fix* fixes, size_t capacity) {
  const std::span<const Fix> rejected = source->source.rejected();
  for (std::size_t i = 0; i < std::min(capacity, rejected.size()); ++i) fixes[i] = fix_of(rejected[i]);
  return rejected.size();
}

hw_result hw_source_tick(hw_source* source, int64_t now) {
  return guarded(HW_FAILED, [&] { return source->source.tick(time_of(now)) ? HW_OK : HW_AGAIN; });
}

void hw_source_idle(hw_source* source) {
  source->source.idle();
}

size_t hw_take_events(hw_pipeline* pipeline, hw_event* events, size_t capacity) {
  std::size_t taken = 0;
  return pipeline->ready.take_while([&](const Event& event) {
    if (taken == capacity) return false;
    events[taken++] = event_of(event);
    return true;
  });
}

size_t hw_take_lines(hw_pipeline* pipeline, char* text, size_t capacity, size_t* needed) {
  if (needed != nullptr) *needed = 0;
  return guarded(std::size_t{0}, [&] {
    std::size_t used = 0;
    pipeline->ready.take_while([&](const Event& event) {
      std::string& line = pipeline->line;
      line.clear();
      io::append_json(line, event);
      line += '\n';
      if (line.size() > capacity - used) {
        if (used == 0 && needed != nullptr) *needed = line.size();
        return false;
      }
      line.copy(text + used, line.size());
      used += line.size();
      return true;
    });
    return used;
  });
}

hw_result hw_pipeline_drain(hw_pipeline* pipeline, int64_t milliseconds) {
  return guarded(HW_FAILED, [&] { return pipeline->pipeline.drain(Milliseconds{milliseconds}) ? HW_OK : HW_AGAIN; });
}

hw_result hw_vehicle_status(const hw_pipeline* pipeline, const char* name, size_t name_size, hw_status* status) {
  return guarded(HW_FAILED, [&] {
    const std::optional<VehicleStatus> from = pipeline->pipeline.status({name, name_size});
    if (!from) return HW_UNKNOWN;
    *status = hw_status{};
    status->time = ms_of(from->time);
    status->lon = from->place.lon;
    status->lat = from->place.lat;
    status->speed_mps = from->speed_mps;
    status->heading_deg = from->heading_deg;
    status->load_confidence = from->load_confidence;
    status->site = text_of(from->site);
    status->origin = text_of(from->origin);
    status->stopped_since = ms_of(from->stopped_since);
    status->loaded_since = ms_of(from->loaded_since);
    status->off_route_since = ms_of(from->off_route_since);
    status->load = load_of(from->load);
    status->stopped = from->stopped ? 1 : 0;
    status->silent = from->silent ? 1 : 0;
    status->on_trip = from->on_trip ? 1 : 0;
    status->off_route = from->off_route ? 1 : 0;
    status->dump_suspected = from->dump_suspected ? 1 : 0;
    return HW_OK;
  });
}

void hw_pipeline_metrics(const hw_pipeline* pipeline, hw_metrics* metrics) {
  const PipelineMetrics m = pipeline->pipeline.metrics();
  *metrics = hw_metrics{};
  metrics->offered = m.offered;
  metrics->accepted = m.accepted;
  metrics->rejected = m.rejected;
  metrics->rejected_ticks = m.rejected_ticks;
  metrics->queued = m.queued;
  metrics->folded = m.folded;
  metrics->failed = m.failed;
  metrics->kept = m.verdicts.accepted();
  metrics->refused = m.verdicts.total() - metrics->kept;
  metrics->waiting = m.waiting;
  metrics->found = m.found;
  metrics->delivered = m.delivered;
  metrics->held = m.held;
  metrics->steps = m.steps;
  metrics->queue_wait_p50_us = m.queue_wait.quantile(0.5).count();
  metrics->queue_wait_p99_us = m.queue_wait.quantile(0.99).count();
  metrics->tick_to_sink_p50_us = m.tick_to_sink.quantile(0.5).count();
  metrics->tick_to_sink_p99_us = m.tick_to_sink.quantile(0.99).count();
}
