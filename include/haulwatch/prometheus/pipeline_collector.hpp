#pragma once

#include <haulwatch/engine/pipeline_metrics.hpp>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace haulwatch {

/// Shows a pipeline's counters to Prometheus, by the names `haulwatch_*` in its usual units (seconds, totals).
///
///     auto collector = std::make_shared<PipelineCollector>([&] { return pipeline.metrics(); });
///     exposer.RegisterCollectable(collector);  // which keeps a weak pointer: hold the collector as long as the
///     pipeline
///
/// Time: one reading of the counters for each scrape; none of it stops the fold. Threads: as the reading itself, so
/// any.
class PipelineCollector : public ::prometheus::Collectable {
 public:
  using Read = std::function<PipelineMetrics()>;
  using Labels = std::map<std::string, std::string>;

  /// \param read the counters as they are, e.g. `AnyPipeline::metrics`
  /// \param labels on each metric, to tell several pipelines of one process apart
  explicit PipelineCollector(Read read, Labels labels = {});

  [[nodiscard]] std::vector<::prometheus::MetricFamily> Collect() const override;

 private:
  Read read_;
  Labels labels_;
};

}  // namespace haulwatch
