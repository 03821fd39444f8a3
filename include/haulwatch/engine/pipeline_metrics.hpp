#pragma once

#include <haulwatch/engine/latency.hpp>
#include <haulwatch/verdict.hpp>

#include <cstdint>

namespace haulwatch {

/// What a pipeline has done so far, read while it runs.
///
/// Of each fix that a host offered exactly one thing becomes true: `offered = accepted + rejected`, and
/// `accepted = folded + failed + queued`. What was folded has a verdict or waits for one:
/// `folded = verdicts.total() + waiting`. Likewise `found = delivered + failed_events + held` for events. Once the
/// pipeline has ended nothing is queued, waiting or held. While it runs the counters are read one after the other, and
/// what moves meanwhile may be counted on neither side: `queued`, `waiting` and `held` are differences, never below 0.
struct PipelineMetrics {
  std::uint64_t offered = 0;         ///< fixes that sources were given
  std::uint64_t accepted = 0;        ///< and took
  std::uint64_t rejected = 0;        ///< and gave back: the queue was full, the pipeline at its end, or not its vehicle
  std::uint64_t waits = 0;           ///< times that a source waited for room or for a credit
  std::uint64_t rejected_ticks = 0;  ///< with too many open, or at the end
  std::uint64_t foreign_vehicles = 0;  ///< times that a source asked for a vehicle of another one

  std::uint64_t queued = 0;  ///< fixes between source and shard
  std::uint64_t folded = 0;  ///< fixes that an engine has taken
  std::uint64_t failed = 0;  ///< fixes lost to an engine that threw (out of memory); see `AnyPipeline::problem`
  VerdictCounts verdicts;    ///< what became of the folded ones
  std::uint64_t waiting = 0;
  std::uint64_t rounds = 0;  ///< of all shards: `folded / rounds` is how well fixes come in batches

  std::uint64_t steps = 0;          ///< ticks that all sources have passed and whose events were delivered
  std::uint64_t found = 0;          ///< events handed to delivery
  std::uint64_t delivered = 0;      ///< events that the sink took
  std::uint64_t failed_events = 0;  ///< events at which the sink threw: they are not given again
  std::uint64_t sink_failures = 0;  ///< the same, and all its other calls that threw
  std::uint64_t held = 0;           ///< events that wait for their turn

  Latency queue_wait;    ///< from a source's push to the engine, by fixes
  Latency tick_to_sink;  ///< from the first source's tick to the last of its events delivered, by steps
};

}  // namespace haulwatch
