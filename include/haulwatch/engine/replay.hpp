#pragma once

#include <haulwatch/engine/batch_queue.hpp>
#include <haulwatch/engine/engine.hpp>
#include <haulwatch/engine/external_sorter.hpp>
#include <haulwatch/engine/final_view.hpp>
#include <haulwatch/engine/manifest_log.hpp>
#include <haulwatch/engine/replay_shard.hpp>
#include <haulwatch/engine/vehicle_names.hpp>
#include <haulwatch/error.hpp>
#include <haulwatch/event.hpp>
#include <haulwatch/fix.hpp>
#include <haulwatch/fleet/fleet.hpp>
#include <haulwatch/track/cleaned_fix.hpp>
#include <haulwatch/units.hpp>
#include <haulwatch/verdict.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace haulwatch {

/// Recorded fixes, as a replay reads them.
class FixSource {
 public:
  virtual ~FixSource() = default;

  /// Replaces what `batch` holds by the next fixes; false at the end. Vehicles are numbered by the `VehicleNames` that
  /// the replay was given. \throws FileError where the input breaks off; what came before it is folded all the same.
  virtual bool read(std::vector<Fix>& batch) = 0;
};

/// What the order of the rows of a recording means.
enum class ReplayOrder : std::uint8_t {
  event_time,  ///< nothing: each vehicle is folded in the order of its event times, however wildly the rows are sorted
  arrival,     ///< the order in which the platform got them: what is later than the lateness goes to the journal
};

struct ReplayOptions {
  EngineOptions engine;  ///< its `delivery` is not used: a replay's events are always ordered
  unsigned shards = 1;   ///< threads that fold, each its own vehicles; with one, everything runs on the caller's thread
  ReplayOrder order = ReplayOrder::event_time;     ///< where it is `arrival`, `engine.journal` counts
  bool final_only = false;                         ///< each event once, in its last revision, without those taken back
  std::size_t memory_bytes = 48U << 20U;           ///< for sorting; what does not fit goes to temporary files
  std::shared_ptr<const ManifestLog> manifests{};  ///< null where there are none: then no load owes one
  std::optional<TimeUtc> until;  ///< fixes that were not known by then are passed over, and silence counts until then
  const std::atomic<bool>* interrupted = nullptr;     ///< set by somebody to stop early with what is proven so far
  std::function<void(std::uint64_t fixes)> progress;  ///< called after each batch
};

/// Where a replay's results go: each kind in its own stated order, whatever the number of shards and the order of the
/// rows.
class ReplaySink {
 public:
  virtual ~ReplaySink() = default;
  /// By (`detected`, vehicle, sequence).
  virtual void on_event(const Event& event) = 0;
  /// By `Fix::record`.
  virtual void on_refused(const Fix& /*fix*/, Verdict /*why*/) {}
  /// By (vehicle's name, time). Refused fixes too, without a cleaned place. Only where `EngineOptions::tracks` asks for
  /// them.
  virtual void on_track(const track::CleanedFix& /*fix*/) {}
};

struct ReplayResult {
  VerdictCounts counts;                   ///< every fix that was read, each once
  std::uint64_t passed_over = 0;          ///< later than `until`
  std::uint64_t vehicles = 0;             ///< with at least one fix read
  std::uint64_t reruns = 0;               ///< how often a vehicle was run again for the sake of late fixes
  JournalUse journal;                     ///< what the journals held at the end
  std::uint64_t sorted_vehicles = 0;      ///< whose rows were so disordered that they had to be sorted
  TimeUtc newest = no_time;               ///< newest kept event time
  std::optional<std::string> broken_off;  ///< why the input could not be read to its end
  bool interrupted = false;
};

/// Replays recorded fixes over several threads, each folding its own vehicles: the same bytes as one thread.
///
/// The first pass folds vehicles as their rows come. A vehicle whose rows prove more disordered than the lateness is
/// set aside, and folded from a second reading that sorts its fixes in bounded memory; so an orderly file costs no
/// sorting, and a file grouped by vehicle, newest first or shuffled costs one more pass. Memory: vehicles, and
/// `memory_bytes`.
///
/// What the folds over the fleet find in the merged events stands among them.
template <class ChainType, class FleetType = fleet::Fleet>
class BasicReplay {
 public:
  BasicReplay(std::shared_ptr<const registry::Registry> registry, ChainType chain, ReplayOptions options)
      : registry_{std::move(registry)}, chain_{std::move(chain)}, options_{std::move(options)} {
    if (options_.manifests) options_.engine.manifests = options_.manifests->duty();
  }

  /// \param open opens the recording from its beginning; called once or twice
  /// \param names what the source numbers its vehicles by
  ReplayResult run(const std::function<std::unique_ptr<FixSource>()>& open, const VehicleNames& names,
                   ReplaySink& sink) {
    ReplayCollector collector{options_.memory_bytes, names};
    ReplayResult result;
    Shards first = make_shards(options_.engine, collector, Pass::first);
    read_all(open, names, first, nullptr, result);
    if (!result.interrupted) meet_unheard(first, names);
    end_fixes(first);
    const std::vector<bool> disordered = merge_disordered(first, names.size());
    Shards second;
    const auto set_aside = static_cast<std::uint64_t>(std::count(disordered.begin(), disordered.end(), true));
    if (set_aside > 0 && !result.interrupted) {
      second = make_shards(sorted_options(), collector, Pass::second);
      fold_sorted(open, names, second, disordered, result);
      end_fixes(second);
    }
    result.sorted_vehicles = set_aside;
    conclude(first, second, result);
    give(collector, disordered, sink);
    return result;
  }

 private:
  using Shard = ReplayShard<ChainType>;
  using Pass = ReplayPass;
  using Shards = std::vector<std::unique_ptr<Shard>>;

  void give(ReplayCollector& collector, const std::vector<bool>& sorted, ReplaySink& sink) const {
    FleetType fleet{registry_};
    const auto take = [&sink](const Event& event) { sink.on_event(event); };
    if (options_.final_only) {
      FinalView view{options_.memory_bytes};
      const auto keep = [&view](const Event& event) { view.add(event); };
      collector.give_events(sorted, [&](const Event& event) { fleet.on_event(event, keep); });
      fleet.finish(keep);
      view.give(take);
    } else {
      collector.give_events(sorted, [&](const Event& event) { fleet.on_event(event, take); });
      fleet.finish(take);
    }
    collector.give_fixes(sorted, sink);
  }

  Shards make_shards(const EngineOptions& options, ReplayCollector& collector, Pass pass) const {
    Shards shards;
    const bool set_aside = pass == Pass::first && options_.order == ReplayOrder::event_time;
    EngineOptions of_shard = options;
    if (options_.order == ReplayOrder::event_time) of_shard.journal.horizon = Milliseconds{0};
    for (unsigned i = 0; i < std::max(1U, options_.shards); ++i)
      shards.push_back(std::make_unique<Shard>(registry_, chain_, of_shard, collector, pass,
                                               set_aside ? OnLate::set_vehicle_aside : OnLate::refuse,
                                               options_.manifests.get()));
    return shards;
  }

  /// Sorted fixes tell no arrival, so only an absurd step needs a witness.
  EngineOptions sorted_options() const {
    EngineOptions options = options_.engine;
    options.front.order.unwitnessed_step = std::chrono::days{60};
    options.front.order.orphans = track::Orphans::refuse;
    return options;
  }

  /// Reads the recording once. Fixes of all vehicles, or, in the second pass, of those for which `only` is set.
  void read_all(const std::function<std::unique_ptr<FixSource>()>& open, const VehicleNames& names, Shards& shards,
                const std::vector<bool>* only, ReplayResult& result) const {
    ShardThreads<ChainType> threads{shards, names};
    read(open, only, result, [&](const Fix& fix) { threads.push(fix); });
    threads.join();
  }

  template <class Push>
  void read(const std::function<std::unique_ptr<FixSource>()>& open, const std::vector<bool>* only,
            ReplayResult& result, Push&& push) const {
    std::vector<Fix> batch;
    std::uint64_t count = 0;
    const bool counting = only == nullptr;
    std::unique_ptr<FixSource> source;
    while (!stop_asked(result) && next_batch(open, source, batch, result)) {
      for (Fix& fix : batch) {
        fix.record = static_cast<std::uint32_t>(count++);
        if (options_.until && known_at(fix) > *options_.until) {
          if (counting) ++result.passed_over;
        } else if (only == nullptr || (*only)[static_cast<std::size_t>(fix.vehicle)]) {
          push(fix);
        }
      }
      if (counting && options_.progress) options_.progress(count);
    }
  }

  /// A fault of the input ends the reading; a fault of our own temporary files is another matter and passes through.
  static bool next_batch(const std::function<std::unique_ptr<FixSource>()>& open, std::unique_ptr<FixSource>& source,
                         std::vector<Fix>& batch, ReplayResult& result) {
    try {
      if (!source) source = open();
      return source->read(batch);
    } catch (const FileError& error) {
      result.broken_off = error.what();
      return false;
    }
  }

  static TimeUtc known_at(const Fix& fix) noexcept { return fix.received == no_time ? fix.time : fix.received; }

  bool stop_asked(ReplayResult& result) const noexcept {
    if (options_.interrupted != nullptr && options_.interrupted->load(std::memory_order_relaxed))
      result.interrupted = true;
    return result.interrupted;
  }

  void fold_sorted(const std::function<std::unique_ptr<FixSource>()>& open, const VehicleNames& names, Shards& shards,
                   const std::vector<bool>& disordered, ReplayResult& result) const {
    ExternalSorter<Fix, ByVehicleAndTime> sorter{options_.memory_bytes};
    read(open, &disordered, result, [&](const Fix& fix) { sorter.add(fix); });
    ShardThreads<ChainType> threads{shards, names};
    sorter.drain([&](const Fix& fix) { threads.push(fix); });
    threads.join();
  }

  struct ByVehicleAndTime {
    bool operator()(const Fix& a, const Fix& b) const noexcept {
      if (a.vehicle != b.vehicle) return a.vehicle < b.vehicle;
      if (a.time != b.time) return a.time < b.time;
      return a.record < b.record;
    }
  };

  /// A manifest of a vehicle that never reported has no load either.
  void meet_unheard(Shards& shards, const VehicleNames& names) const {
    if (!options_.manifests) return;
    options_.manifests->for_each_vehicle([&](std::string_view name) {
      const std::optional<VehicleIndex> known = names.find(name);
      const bool heard = known && shards[static_cast<std::size_t>(*known) % shards.size()]->has_met(*known);
      if (!heard) shards.front()->meet_unheard(name);
    });
  }

  static void end_fixes(Shards& shards) {
    for (auto& shard : shards) shard->flush_fixes();
  }

  static std::vector<bool> merge_disordered(const Shards& shards, std::size_t vehicles) {
    std::vector<bool> all(vehicles);
    for (const auto& shard : shards)
      shard->for_each_set_aside([&](VehicleIndex vehicle) { all[static_cast<std::size_t>(vehicle)] = true; });
    return all;
  }

  void conclude(Shards& first, Shards& second, ReplayResult& result) const {
    for (Shards* shards : {&first, &second})
      for (auto& shard : *shards) result.newest = std::max(result.newest, shard->newest_kept());
    const TimeUtc end = options_.until.value_or(result.newest);
    for (Shards* shards : {&first, &second}) {
      for (auto& shard : *shards) {
        // An interrupted log has not ended: silence after what was read proves nothing.
        shard->finish_at(result.interrupted ? no_time : end);
        result.counts += shard->counts();
        result.reruns += shard->reruns();
        result.journal += shard->journal_use();
        result.vehicles += shard->vehicles_seen();
      }
    }
  }

  std::shared_ptr<const registry::Registry> registry_;
  ChainType chain_;
  ReplayOptions options_;
};

}  // namespace haulwatch
