#include <haulwatch/prometheus/pipeline_collector.hpp>

#include <haulwatch/verdict.hpp>

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace haulwatch {
namespace {

using ::prometheus::ClientMetric;
using ::prometheus::MetricFamily;
using ::prometheus::MetricType;

/// Collects families under the labels of one pipeline.
class Families {
 public:
  explicit Families(const PipelineCollector::Labels& labels) {
    for (const auto& [name, value] : labels) labels_.push_back({name, value});
  }

  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    ClientMetric metric = labelled();
    metric.counter.value = static_cast<double>(value);
    family(name, help, MetricType::Counter).metric.push_back(std::move(metric));
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    ClientMetric metric = labelled();
    metric.gauge.value = static_cast<double>(value);
    family(name, help, MetricType::Gauge).metric.push_back(std::move(metric));
  }
  void verdicts(std::string_view name, std::string_view help, const VerdictCounts& counts) {
    MetricFamily& all = family(name, help, MetricType::Counter);
    for (std::size_t i = 0; i < verdict_count; ++i) {
      const auto verdict = static_cast<Verdict>(i);
      ClientMetric metric = labelled();
      metric.label.push_back({"verdict", std::string{name_of(verdict)}});
      metric.counter.value = static_cast<double>(counts[verdict]);
      all.metric.push_back(std::move(metric));
    }
  }
  /// A bound for each doubling. The sum takes each value as the upper edge of its step, which is at most an eighth
  /// more.
  void histogram(std::string_view name, std::string_view help, const Latency& latency) {
    ClientMetric metric = labelled();
    std::uint64_t so_far = 0;
    for (std::size_t bucket = 0; bucket < Latency::bucket_count; ++bucket) {
      const std::chrono::duration<double> edge = Latency::upper_edge(bucket);
      so_far += latency[bucket];
      metric.histogram.sample_sum += static_cast<double>(latency[bucket]) * edge.count();
      if (bucket % 8 == 7) metric.histogram.bucket.push_back({so_far, edge.count()});
    }
    metric.histogram.sample_count = so_far;
    family(name, help, MetricType::Histogram).metric.push_back(std::move(metric));
  }

  [[nodiscard]] std::vector<MetricFamily> take() && { return std::move(families_); }

 private:
  [[nodiscard]] ClientMetric labelled() const {
    ClientMetric metric;
    metric.label = labels_;
    return metric;
  }
  MetricFamily& family(std::string_view name, std::string_view help, MetricType type) {
    return families_.emplace_back(MetricFamily{"haulwatch_" + std::string{name}, std::string{help}, type, {}});
  }

  std::vector<ClientMetric::Label> labels_;
  std::vector<MetricFamily> families_;
};

}  // namespace

PipelineCollector::PipelineCollector(Read read, Labels labels) : read_{std::move(read)}, labels_{std::move(labels)} {}

std::vector<MetricFamily> PipelineCollector::Collect() const {
  const PipelineMetrics m = read_();
  Families families{labels_};
  families.counter("fixes_offered_total", "Fixes that sources were given", m.offered);
  families.counter("fixes_accepted_total", "Fixes that sources took", m.accepted);
  families.counter("fixes_rejected_total",
                   "Fixes given back: queue full, pipeline at its end, or another source's vehicle", m.rejected);
  families.gauge("fixes_queued", "Fixes between source and shard", m.queued);
  families.counter("fixes_folded_total", "Fixes that an engine has taken", m.folded);
  families.counter("fixes_failed_total", "Fixes lost to an engine that threw", m.failed);
  families.gauge("fixes_waiting", "Folded fixes without a verdict yet", m.waiting);
  families.verdicts("fix_verdicts_total", "Folded fixes by what became of them", m.verdicts);
  families.counter("rounds_total", "Batches that shards took from their queues", m.rounds);
  families.counter("source_waits_total", "Times that a source waited for room or for a credit", m.waits);
  families.counter("ticks_rejected_total", "Ticks refused with too many open, or at the end", m.rejected_ticks);
  families.counter("foreign_vehicles_total", "Times that a source asked for a vehicle of another one",
                   m.foreign_vehicles);
  families.counter("steps_total", "Ticks passed by all sources, their events delivered", m.steps);
  families.counter("events_found_total", "Events handed to delivery", m.found);
  families.counter("events_delivered_total", "Events that the sink took", m.delivered);
  families.counter("events_failed_total", "Events at which the sink threw", m.failed_events);
  families.gauge("events_held", "Events that wait for their turn", m.held);
  families.counter("sink_failures_total", "Calls of the sink that threw", m.sink_failures);
  families.histogram("queue_wait_seconds", "From a source's push to the engine, by fixes", m.queue_wait);
  families.histogram("tick_to_sink_seconds",
                     "From the first source's tick to the last of its events delivered, by steps", m.tick_to_sink);
  return std::move(families).take();
}

}  // namespace haulwatch
